import { describe, expect, it } from 'vitest'
import { subjects } from '../contracts/index.js'
import { ageMs, hasAge } from './ages.js'
import { namesReference, readBody, subjectMatches } from './streams/message-body.js'
import { replayableSubjects, subjectsMeant } from './streams/replay.js'
import { nothingKnown, verdictOn, type RunKnown } from './runs/run-again.rules.js'

describe('an age', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['3d', 259_200_000],
    ['0s', 0],
  ])('%s', (text, ms) => expect(ageMs(text)).toBe(ms))

  it.each(['', '3', 'h', '-3h', '1.5h', '3 h', '3w', '3h2m', '3H', '12345678s'])('is not "%s"', (text) =>
    expect(ageMs(text)).toBeUndefined(),
  )

  it('is wanted from the younger to the older', () => {
    expect([9, 10, 20, 21].map((age) => hasAge({ olderThan: 10, newerThan: 20 }, age))).toEqual([
      ...[false, true, true, false],
    ])
    expect(hasAge({}, 0)).toBe(true)
  })
})

describe('what running a message again amounts to', () => {
  const failed: RunKnown = { ...nothingKnown, state: 'FAILED', taskStatus: 'FAILED' }

  it.each<[string, Partial<RunKnown>, string]>([
    ['failed', {}, 'reopen'],
    ['failed, its task left under way', { taskStatus: 'IN-PROGRESS' }, 'reopen'],
    ['owed already', { state: 'TO-PUBLISH', taskStatus: 'IN-PROGRESS' }, 'publish'],
    ['published already', { state: 'PUBLISHED', taskStatus: 'IN-PROGRESS' }, 'publish'],
    ['done', { state: 'DONE', taskStatus: 'COMPLETE' }, 'done-already'],
    ['done at its handler, whatever else is written', { done: true }, 'done-already'],
    ['completed by hand', { taskStatus: 'COMPLETE' }, 'done-already'],
    ['followed by a later run', { laterRun: true }, 'superseded'],
    ['of a run that the database does not know', { unknownRun: true }, 'superseded'],
    ['waiting for a new run', { taskStatus: 'PENDING' }, 'superseded'],
    ['about what was deleted for its age', { dataGone: true }, 'data-gone'],
    ['done, and its data was deleted since', { state: 'DONE', dataGone: true }, 'done-already'],
    ['somebody else’s now', { taskStatus: 'ON-HOLD' }, 'superseded'],
  ])('%s', (_, facts, verdict) => expect(verdictOn({ ...failed, ...facts })).toBe(verdict))

  it('published directly', () => {
    expect(verdictOn(nothingKnown)).toBe('publish')
    expect(verdictOn({ ...nothingKnown, givenUp: true })).toBe('publish')
    expect(verdictOn({ ...nothingKnown, done: true })).toBe('done-already')
  })
})

describe('subjects', () => {
  it.each([
    ['claims.submitted', 'claims.submitted', true],
    ['claims.*', 'claims.submitted', true],
    ['*.submitted', 'claims.submitted', true],
    ['claims.>', 'claims.submitted', true],
    ['>', 'claims.submitted', true],
    ['claims', 'claims.submitted', false],
    ['claims.>', 'claims', false],
    ['claims.*', 'claims.submitted.again', false],
    ['', 'claims.submitted', false],
  ])('%s means %s: %s', (pattern, subject, expected) =>
    expect(subjectMatches(pattern, subject)).toBe(expected),
  )

  it('that can be replayed are those of work', () => {
    expect(subjectsMeant('>')).toEqual(replayableSubjects)
    expect(subjectsMeant('schedule.*')).toHaveLength(5)
    expect(replayableSubjects).not.toContain(subjects.deliveriesExhausted)
    expect(subjectsMeant('dead-letters.>')).toEqual([])
  })
})

describe('a body', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const claim = { reference: 'ABC1234', eligibilityId: 1, claimId: 2 }
  const task = { schema: 'IntSchema', taskId: 3, run: 1 }

  it('that keeps its contract is told', () => {
    const data = bytes(JSON.stringify({ ...claim, task }))
    expect(readBody('claims.submitted', data)).toEqual({
      ...{ bytes: data.length, task, keepsContract: true, body: { ...claim, task } },
    })
  })

  it('with something that the contract does not name is told by its size', () => {
    const data = bytes(JSON.stringify({ ...claim, task, surname: 'Tregothnan' }))
    expect(readBody('claims.submitted', data)).toEqual({ bytes: data.length, task, keepsContract: false })
  })

  it.each(['no json', 'null', '"text"', '{}', '\u00ff'])('%s is told by its size', (text) => {
    const { bytes: size, ...rest } = readBody('claims.submitted', bytes(text))
    expect([size > 1, rest]).toEqual([true, { keepsContract: false }])
  })

  it('of a subject nobody knows is told by its size', () => {
    expect(readBody('toString', bytes(JSON.stringify(claim)))).toMatchObject({ keepsContract: false })
  })

  it('may name a reference though it breaks its contract', () => {
    expect(namesReference(bytes('{"reference":"abc1234"}'), 'ABC1234')).toBe(true)
    expect(namesReference(bytes('{"reference":7}'), '7')).toBe(false)
    expect(namesReference(bytes('null'), '')).toBe(false)
  })
})
