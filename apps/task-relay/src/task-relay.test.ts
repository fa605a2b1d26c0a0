import { describe, expect, it } from 'vitest'
import { subjects } from '#shared/contracts'
import { decideRelay } from './relay-tasks/relay-tasks.rules.js'
import { stillWaiting } from './republish-quiet/republish-quiet.rules.js'

const task = { schema: 'ExtSchema', taskId: 5, run: 2, key: '0123456789abcdef' } as const
const row = {
  ...{ TaskId: 5, Task: 'COMPLETE-CLAIM', Reference: 'ABC', EligibilityId: 1, ClaimId: 2 },
  DateCreated: '2026-01-02 00:00:00.000',
  DateProcessed: null,
}
const now = '2026-01-02 00:00:01.000'

describe('what becomes of a pending row', () => {
  it('is published with ids only, under the id of its run', () => {
    expect(decideRelay(row, task, now)).toEqual({
      kind: 'publish',
      message: {
        id: 'ExtSchema.Task.5.2.0123456789abcdef',
        subject: subjects.claimSubmitted,
        body: { reference: 'ABC', eligibilityId: 1, claimId: 2, task },
      },
    })
  })

  it.each([
    ['an unknown name', { Task: 'MAKE-TEA' }, { kind: 'fail', reason: 'unknown-task' }],
    ['a name of every object', { Task: 'constructor' }, { kind: 'fail', reason: 'unknown-task' }],
    ['no claim', { ClaimId: null }, { kind: 'fail', reason: 'task-row-incomplete' }],
    ['no reference', { Reference: null }, { kind: 'fail', reason: 'task-row-incomplete' }],
    ['nothing to do', { Task: 'FEEDBACK_SUBMITTED', Reference: null, ClaimId: null }, { kind: 'complete' }],
  ])('%s', (_, columns, decision) => {
    expect(decideRelay({ ...row, ...columns }, task, now)).toEqual(decision)
  })
})

describe('a row with a moment before which nothing is to be done', () => {
  const decided = (DateProcessed: string, run = 1) => {
    const decision = decideRelay({ ...row, DateProcessed }, { ...task, run }, now)
    return decision.kind === 'publish' ? (decision.message.notBefore ?? 'at once') : decision
  }

  it.each([
    ['to come', '2026-01-02 09:30:00.000', '2026-01-02 09:30:00.000'],
    ['in another spelling', '2026-01-02T09:30', '2026-01-02 09:30:00.000'],
    // By the relay's clock; the broker's decides.
    ['gone by', '2026-01-01 09:30:00.000', '2026-01-01 09:30:00.000'],
    ['that is none', 'soon', 'at once'],
    ['a year ahead', '2027-01-02 09:30:00.000', '2027-01-02 09:30:00.000'],
    ['366 days ahead, to the second', '2027-01-03 00:00:01.000', '2027-01-03 00:00:01.000'],
    ['further ahead by a day, for clocks that differ', '2027-01-04 00:00:01.000', '2027-01-04 00:00:01.000'],
    ['further ahead than that', '2027-01-04 00:00:01.001', { kind: 'fail', reason: 'not-before-too-far' }],
    ['further ahead', '2027-01-04 09:30:00.000', { kind: 'fail', reason: 'not-before-too-far' }],
  ])('%s', (_, moment, decision) => {
    expect(decided(moment)).toEqual(decision)
  })

  it('is not held back by when it ended the last time', () => {
    expect(decided('2026-01-02 09:30:00.000', 2)).toBe('at once')
  })
})

describe('whether a published message still waits in its stream', () => {
  const stream = { created: new Date('2026-01-01T00:00:00Z'), first: 10, last: 20, answeredUpTo: 14 }
  const published = new Date('2026-01-02T00:00:00Z')

  it.each([
    ['answered', 14, published, false],
    ['the next to be answered', 15, published, true],
    ['the last', 20, published, true],
    ['beyond the last: the store was lost', 21, published, false],
    ['before the first: too old', 9, published, false],
    ['published to an older store', 15, new Date('2025-12-31T00:00:00Z'), false],
  ])('%s', (_, sequence, at, waiting) => {
    expect(stillWaiting({ sequence, published: at }, stream)).toBe(waiting)
  })
})
