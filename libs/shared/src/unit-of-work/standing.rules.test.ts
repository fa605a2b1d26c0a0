import { describe, expect, it } from 'vitest'
import { taskKey } from '../contracts/index.js'
import { standingOf, standingWithoutTask, type RunFacts } from './standing.rules.js'

const row = {
  ...{ Task: 'REFERENCE_RECOVERY', Reference: null, EligibilityId: null, ClaimId: null },
  DateCreated: '2026-11-21 10:00:00.123',
}
const task = { schema: 'ExtSchema', taskId: 5, run: 2, key: taskKey(row) } as const
const run: RunFacts = { ended: null, lastRun: 2, row }
const open = { done: false, givenUp: false }
const later = { ...row, DateCreated: '2026-11-21 10:00:00.124' }

describe('where a run of a Task row stands', () => {
  it.each([
    ['under way', open, task, run, 'owed'],
    ['done at its consumer', { ...open, done: true }, task, run, 'done'],
    ['done after it was given up', { done: true, givenUp: true }, task, run, 'done'],
    ['ended as done', open, task, { ...run, ended: 'DONE' }, 'done'],
    ['ended as failed', open, task, { ...run, ended: 'FAILED' }, 'given-up'],
    ['given up, and not ended yet', { ...open, givenUp: true }, task, run, 'given-up'],
    ['followed by another', open, task, { ...run, lastRun: 3 }, 'superseded'],
    ['failed and followed by another', open, task, { ...run, ended: 'FAILED', lastRun: 3 }, 'superseded'],
    ['its row is gone', open, task, { ...run, row: undefined }, 'row-changed'],
    ['its row is another one', open, task, { ...run, row: later }, 'row-changed'],
    ['without a key, of a release before', open, { ...task, key: undefined }, { ...run, row: later }, 'owed'],
  ] as const)('%s', (_, facts, of, known, standing) => {
    expect(standingOf(facts, of, known)).toBe(standing)
  })
})

describe('where a message without a Task row stands', () => {
  it.each([
    ['published directly', open, undefined, 'owed'],
    ['published directly, done', { ...open, done: true }, undefined, 'done'],
    ['published directly, given up', { ...open, givenUp: true }, undefined, 'given-up'],
    ['a follow-up', open, { ended: null }, 'owed'],
    ['a follow-up that is done', open, { ended: 'DONE' }, 'done'],
    ['a follow-up that failed', open, { ended: 'FAILED' }, 'given-up'],
    ['a follow-up that nobody owes', open, null, 'run-unknown'],
    ['a follow-up that nobody owes any more', { ...open, done: true }, null, 'done'],
  ] as const)('%s', (_, facts, owed, standing) => {
    expect(standingWithoutTask(facts, owed)).toBe(standing)
  })
})
