import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Clock, fromLondon } from '#shared/clock'
import { Log } from '#shared/logging'
import { changeFlow } from '#shared/operations'
import { advanceOf, flowRow, itemRow, stepRow } from '../../test/support/interleaving/deeds-of-flows.js'
import { onServer } from '../../test/support/on-server.js'
import { insertRows, type Rows } from '../../test/support/rows.js'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'

const now = '2024-03-13 11:30:00.000'
const anHourAgo = '2024-03-13 10:30:00.000'
const ofNewerRelease = 'claims.of-a-newer-release'

class StoppedClock extends Clock {
  instant = (): Date => fromLondon(now)
}
const clock = new StoppedClock()

interface Line {
  readonly msg: string
  readonly row?: string
  readonly reason?: string
  readonly flow?: string
}

let database: TestDatabase
let lines: Line[]
let flows: ReturnType<typeof advanceOf>
beforeEach(async () => {
  database = await createTestDatabase()
  lines = []
  const log = Log.create('test', 'info', { write: (line) => lines.push(JSON.parse(line) as Line) })
  flows = advanceOf({ connection: database.connection, clock, log })
})
afterEach(() => database.remove())

const waiting = { State: 'WAITING', DateStarted: null }
const underWay = { DateStarted: anHourAgo, MessageId: 'begins' }

/** Behind it, of other kinds: one that waits, and one that is held, with an item at the broker. */
const others: Rows = {
  'AsyncSchema.Flow': [
    flowRow(2, { Kind: 'other', ...waiting }),
    flowRow(3, { Kind: 'held', State: 'HELD' }),
  ],
  'AsyncSchema.FlowStep': [
    stepRow(11, { FlowId: 2 }),
    stepRow(12, { FlowId: 3, DateStarted: anHourAgo, MessageId: 'begins.3' }),
  ],
  'AsyncSchema.Outbox': [itemRow('item.3', { FlowStepId: 12 })],
}

const stubborn: readonly (readonly [string, Rows, string])[] = [
  [
    'whose first step nobody knows',
    {
      'AsyncSchema.Flow': [flowRow(1, waiting)],
      'AsyncSchema.FlowStep': [stepRow(1, { Subject: ofNewerRelease })],
    },
    'subject-unknown',
  ],
  [
    'whose next step nobody knows',
    {
      'AsyncSchema.Flow': [flowRow(1)],
      'AsyncSchema.FlowStep': [stepRow(1, underWay), stepRow(2, { Position: 1, Subject: ofNewerRelease })],
      'AsyncSchema.Outbox': [itemRow('begins', { State: 'DONE', DateEnded: anHourAgo })],
    },
    'subject-unknown',
  ],
  ['that has no steps', { 'AsyncSchema.Flow': [flowRow(1, waiting)] }, 'flow-without-steps'],
]

async function states(): Promise<string[]> {
  const rows = await database.connection.db
    .selectFrom('AsyncSchema.Flow')
    .select('State')
    .orderBy('FlowId')
    .execute()
  return rows.map(({ State }) => State)
}
const itemOfHeld = () =>
  database.connection.db
    .selectFrom('AsyncSchema.Outbox')
    .select('State')
    .where('MessageId', '=', 'item.3')
    .executeTakeFirst()
const passedOver = () => lines.filter(({ msg }) => msg.includes('passed over'))

describe('a flow', () => {
  it.each(stubborn)('%s keeps no other one from going on, and is named once', async (_, rows, reason) => {
    await insertRows(database.connection, rows)
    await insertRows(database.connection, others)
    const [before] = await states()
    for (let look = 0; look < 3; look++) await flows.advance()
    expect(await states()).toEqual([before, 'RUNNING', 'HELD'])
    expect(await itemOfHeld()).toEqual({ State: 'WAITING' })
    expect(passedOver()).toMatchObject([{ row: 'AsyncSchema.Flow.1', flow: 'test 1', reason }])
  })

  it.each(stubborn)('%s is called off like any other', async (_, rows) => {
    await insertRows(database.connection, rows)
    await flows.advance()
    await changeFlow(database.connection, 'cancel', 1, { now, dryRun: false })
    await flows.advance()
    expect(await states()).toEqual(['CANCELLED'])
  })

  // On SQL Server a trigger is another one's.
  it.skipIf(onServer)('that cannot go on after its end keeps no other one from going on', async () => {
    const retried: Rows = {
      'AsyncSchema.Flow': [flowRow(1, { State: 'DONE-WITH-FAILURES', DateEnded: anHourAgo })],
      'AsyncSchema.FlowStep': [stepRow(1, { ...underWay, DateEnded: anHourAgo, Failed: 1 })],
    }
    await insertRows(database.connection, retried)
    await insertRows(database.connection, others)
    await sql`create trigger refuse before update on AsyncSchema_Flow when new.FlowId = 1
      begin select raise(abort, 'no'); end`.execute(database.connection.db)
    await flows.advance()
    expect(await states()).toEqual(['DONE-WITH-FAILURES', 'RUNNING', 'HELD'])
    expect(passedOver()).toMatchObject([{ row: 'AsyncSchema.Flow.1', flow: 'test 1' }])
  })
})
