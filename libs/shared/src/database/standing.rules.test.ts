import { describe, expect, it } from '@jest/globals'
import { taskKey } from '../contracts/index.js'
import { standingOf, type RunFacts } from './standing.rules.js'

const row = {
  ...{ Task: 'REFERENCE_RECOVERY', Reference: null, EligibilityId: null, ClaimId: null },
  DateCreated: '2026-11-21 10:00:00.123',
}
const task = { schema: 'ExtSchema', taskId: 5, run: 2, key: taskKey(row) } as const
const run: RunFacts = { ended: null, lastRun: 2, row }
const open = { done: false, givenUp: false }
const later = { ...row, DateCreated: '2026-11-21 10:00:00.124' }

describe('where a message stands', () => {
  it.each([
    ['of no task', open, undefined, 'owed'],
    ['of no task, done', { ...open, done: true }, undefined, 'done'],
    ['of no task, given up', { ...open, givenUp: true }, undefined, 'given-up'],
    ['under way', open, { task, run }, 'owed'],
    ['done at its consumer', { ...open, done: true }, { task, run }, 'done'],
    ['done after it was given up', { done: true, givenUp: true }, { task, run }, 'done'],
    ['whose run is done', open, { task, run: { ...run, ended: 'DONE' } }, 'done'],
    ['whose run has failed', open, { task, run: { ...run, ended: 'FAILED' } }, 'given-up'],
    ['given up, its run not ended yet', { ...open, givenUp: true }, { task, run }, 'given-up'],
    ['of an earlier run', open, { task, run: { ...run, lastRun: 3 } }, 'superseded'],
    [
      'of an earlier run that failed',
      open,
      { task, run: { ...run, ended: 'FAILED', lastRun: 3 } },
      'superseded',
    ],
    ['of a run nobody knows', open, { task, run: undefined }, 'run-unknown'],
    ['done, of a run nobody knows', { ...open, done: true }, { task, run: undefined }, 'done'],
    ['whose row is gone', open, { task, run: { ...run, row: undefined } }, 'row-changed'],
    ['whose row is another one', open, { task, run: { ...run, row: later } }, 'row-changed'],
    [
      'without a key, of a release before',
      open,
      { task: { ...task, key: undefined }, run: { ...run, row: later } },
      'owed',
    ],
  ] as const)('%s', (_, facts, of, standing) => {
    expect(standingOf(facts, of)).toBe(standing)
  })
})
