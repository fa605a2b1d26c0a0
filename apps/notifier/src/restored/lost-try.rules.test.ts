import { describe, expect, it } from 'vitest'
import { lostTryOf, type Restoration } from './lost-try.rules.js'

const hours = 3_600_000
const remembered = 167 * hours
const restoration: Restoration = {
  ...{ sinceCopyMs: 5 * hours, sinceRecordedMs: 3 * hours },
  ...{ lastOutboxId: 70, lastTaskId: { ExtSchema: 40, IntSchema: 90 } },
}
const longAgo = { ...restoration, sinceCopyMs: 402 * hours, sinceRecordedMs: 400 * hours }
const task = { schema: 'IntSchema', taskId: 90, run: 1, key: '0123456789abcdef' } as const
const none = { ask: false, sinceMs: undefined }
const since = (hoursAgo: number) => ({ ask: true, sinceMs: hoursAgo * hours })

describe('a try that the database may have forgotten', () => {
  it.each([
    ['nothing was restored', { task, outboxId: 5 }, [], none],
    ['a run that was in the copy', { task, outboxId: 70 }, [restoration], since(5)],
    ['the first run of a row that was', { task, outboxId: 71 }, [restoration], since(5)],
    [
      'a row of the other schema that was not',
      { task: { ...task, schema: 'ExtSchema' }, outboxId: 71 },
      [restoration],
      none,
    ],
    ['a row of later on', { task: { ...task, taskId: 91 }, outboxId: 71 }, [restoration], none],
    [
      'a run that a person asked for since',
      { task: { ...task, run: 2 }, outboxId: 71 },
      [restoration],
      { ...none, ask: true },
    ],
    ['the same, long after', { task: { ...task, run: 2 }, outboxId: 71 }, [longAgo], none],
    ['a later run that was in the copy', { task: { ...task, run: 2 }, outboxId: 70 }, [longAgo], since(402)],
    ['of no row', { outboxId: undefined }, [restoration], { ...none, ask: true }],
    ['of no row, long after', { outboxId: undefined }, [longAgo], none],
    ['restored twice', { task, outboxId: 70 }, [restoration, longAgo], since(402)],
  ] as const)('%s', (_, message, restorations, expected) => {
    expect(lostTryOf(message, restorations, remembered)).toEqual(expected)
  })
})
