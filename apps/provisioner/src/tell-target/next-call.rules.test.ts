import { describe, expect, it } from 'vitest'
import { judge, nextCall, type Answer, type Standing, type Verdict } from './next-call.rules.js'

const wanted = (atTarget: Standing['atTarget'], isAbsent = false): Standing => ({
  ...{ isAbsent, atTarget, wantedVersion: 3, confirmedVersion: 2 },
})
const fault = (meaning: Extract<Answer, { kind: 'fault' }>['meaning']): Answer => ({
  ...{ kind: 'fault', meaning, reason: 'x' },
})

describe('what is said to a target', () => {
  it.each([
    ['CREATE', wanted('NO')],
    // It was told to make it, and nobody knows whether it has.
    ['UPDATE', wanted('MAYBE')],
    ['UPDATE', wanted('YES')],
    ['UPDATE', wanted('YES', true)],
    ['UPDATE', wanted('MAYBE', true)],
    // It never knew of it.
    [undefined, wanted('NO', true)],
    [undefined, { ...wanted('YES'), confirmedVersion: 3 }],
  ])('%s: %j', (action, standing) => {
    expect(nextCall(standing)?.action).toBe(action)
  })
})

describe('what follows from an answer', () => {
  it.each<[Verdict['kind'], Standing['atTarget'], Answer, 'CREATE' | 'UPDATE', Standing]>([
    ['confirmed', 'YES', { kind: 'confirmed' }, 'CREATE', wanted('NO')],
    ['otherwise', 'YES', fault('there'), 'CREATE', wanted('NO')],
    ['otherwise', 'NO', fault('not-there'), 'UPDATE', wanted('MAYBE')],
    ['confirmed', 'NO', fault('not-there'), 'UPDATE', wanted('YES', true)],
    ['never', 'NO', fault('permanent'), 'CREATE', wanted('NO')],
    ['never', 'YES', fault('there'), 'UPDATE', wanted('YES')],
    ['never', 'NO', fault('not-there'), 'CREATE', wanted('NO')],
    ['again', 'NO', fault('temporary'), 'CREATE', wanted('NO')],
    ['again', 'NO', fault('refused'), 'CREATE', wanted('NO')],
    ['again', 'NO', { kind: 'not-heard', reason: 'x' }, 'CREATE', wanted('NO')],
    ['again', 'MAYBE', { kind: 'unknown', reason: 'x' }, 'CREATE', wanted('NO')],
    ['again', 'MAYBE', { kind: 'unknown', reason: 'x' }, 'UPDATE', wanted('MAYBE')],
    ['again', 'YES', { kind: 'unknown', reason: 'x' }, 'UPDATE', wanted('YES')],
  ])('%s, and it has it: %s, by %j to %s', (kind, atTarget, answer, action, before) => {
    expect(judge(answer, { action }, before)).toMatchObject({ kind, atTarget })
  })

  it('is the target’s where it is none of what was said', () => {
    const ofTarget = (answer: Answer) => judge(answer, { action: 'UPDATE' }, wanted('YES'))
    expect(ofTarget(fault('refused'))).toMatchObject({ ofTarget: true })
    expect(ofTarget({ kind: 'misconfigured', reason: 'x' })).toMatchObject({ ofTarget: true })
    expect(ofTarget(fault('temporary'))).toMatchObject({ ofTarget: false })
  })
})
