import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Clock, fromLondon } from '#shared/clock'
import { changeFlow, readFlows } from '#shared/operations'
import { flowRow, itemRow, stepRow } from '../../test/support/interleaving/deeds-of-flows.js'
import { insertRows } from '../../test/support/rows.js'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { CancelledFlows } from './src/advance-flows/cancelled-flows.repository.js'

const now = '2024-03-13 11:30:00.000'
const justNow = '2024-03-13 11:29:50.000'
const anHourAgo = '2024-03-13 10:30:00.000'

class StoppedClock extends Clock {
  instant = (): Date => fromLondon(now)
}
const clock = new StoppedClock()

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.remove())

const ended = (id: string, State: string) => itemRow(id, { FlowStepId: 2, State, DateEnded: justNow })

/** A flow at its second step. The items of its first one are pruned. */
const underWay = {
  'AsyncSchema.Flow': [flowRow(1)],
  'AsyncSchema.FlowStep': [
    stepRow(1, { MessageId: 'first', DateStarted: anHourAgo, DateEnded: anHourAgo, Done: 1, Failed: 1 }),
    stepRow(2, { MessageId: 'second', DateStarted: anHourAgo, Position: 1, Name: 'then', Queued: 4 }),
    stepRow(3, { Position: 2, Name: 'report', Queued: 0 }),
  ],
  'AsyncSchema.Outbox': [
    ...[ended('second', 'DONE'), ended('item.1', 'DONE'), ended('item.2', 'DONE')],
    ended('item.3', 'FAILED'),
    itemRow('item.4', { FlowStepId: 2, State: 'WAITING' }),
  ],
}

const shown = async () => {
  const [flow] = await readFlows(database.connection, clock.instant(), { limit: 1, flow: 1 })
  return flow
}

/** As the relay does, look after look. */
async function cancelAll(): Promise<void> {
  const flows = new CancelledFlows(database.connection, clock)
  const flow = { flowId: 1, kind: 'test', key: 'key 1', run: 1, state: 'CANCELLING', resumed: null }
  while (!(await flows.cancelSome(flow)));
}

describe('a flow that is called off', () => {
  beforeEach(() => insertRows(database.connection, underWay))

  it('is expected to end at no time, for nobody does what is left', async () => {
    expect((await shown())?.steps[1]?.expected).toBe('2024-03-13 11:30:30.000')
    await changeFlow(database.connection, 'cancel', 1, { now, dryRun: false })
    expect(await shown()).toMatchObject({ state: 'CANCELLING' })
    expect((await shown())?.steps[1]).not.toHaveProperty('expected')
  })

  it('has ended with what was done by then, and keeps its numbers', async () => {
    await changeFlow(database.connection, 'cancel', 1, { now, dryRun: false })
    await cancelAll()
    const asItEnded = await shown()
    expect(asItEnded).toMatchObject({
      ...{ state: 'CANCELLED', ended: now },
      steps: [
        { done: 1, failed: 1 },
        { queued: 4, done: 2, failed: 1 },
        { done: 0, failed: 0 },
      ],
    })
    expect(asItEnded?.steps[1]).not.toHaveProperty('perMinute')
    await database.connection.db.deleteFrom('AsyncSchema.Outbox').execute()
    expect(await shown()).toEqual(asItEnded)
  })
})
