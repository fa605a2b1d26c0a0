import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ShiftedClock } from '#shared/clock'
import { subjects } from '#shared/contracts'
import type { Readings, ScrapedGauges } from '#shared/service'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { FlowGauges } from './src/show-flows/flow-gauges.js'
import { FlowsProgress } from './src/show-flows/flow-progress.repository.js'

const clock = new ShiftedClock('2024-03-13 11:30:00')
let database: TestDatabase
let read: () => Promise<Readings>
beforeEach(async () => {
  database = await createTestDatabase()
  const gauges = { add: (readings: typeof read) => (read = readings) } as unknown as ScrapedGauges
  new FlowGauges(gauges, new FlowsProgress(database.connection), clock).onModuleInit()
})
afterEach(() => database.remove())

const kind = 'prison-register'
const twoHoursAgo = '2024-03-13 09:30:00.000'

/** In seconds. */
async function idle(): Promise<number | undefined> {
  const { flowIdle = [] } = await read()
  return flowIdle.find(({ labels }) => labels?.flow === kind)?.value
}

const begin = (key: string, columns: { readonly State: string; readonly DateCreated: string }) =>
  database.connection.dialect
    .returning(
      database.connection.db.insertInto('AsyncSchema.Flow').values({
        ...{ Kind: kind, FlowKey: key, Run: 1, Input: '{}', ...columns },
        DateStarted: columns.State === 'RUNNING' ? columns.DateCreated : null,
      }),
      ['FlowId'],
    )
    .execute()

/** An import whose importer died with its first message: nobody is there to do it. */
async function importerDied(): Promise<void> {
  const [flow] = await begin('first', { State: 'RUNNING', DateCreated: twoHoursAgo })
  const step = {
    ...{ FlowId: flow?.FlowId ?? 0, Position: 0, Name: 'check', Subject: subjects.prisonRegisterCheckDue },
    ...{ MessageId: 'flow.first', HoldAfter: 20, Queued: 0, Done: 0, Failed: 0, DateStarted: twoHoursAgo },
  }
  const { db, dialect } = database.connection
  const [row] = await dialect
    .returning(db.insertInto('AsyncSchema.FlowStep').values(step), ['StepId'])
    .execute()
  await db
    .insertInto('AsyncSchema.Outbox')
    .values({
      ...{
        MessageId: 'flow.first',
        Subject: subjects.prisonRegisterCheckDue,
        Body: '{}',
        State: 'TO-PUBLISH',
      },
      ...{ Attempts: 1, DateCreated: twoHoursAgo, DateLastHeard: twoHoursAgo, FlowStepId: row?.StepId ?? 0 },
    })
    .execute()
}

describe('large work whose first step has died', () => {
  beforeEach(importerDied)

  it('has not moved since it was begun', async () => {
    expect(await idle()).toBeGreaterThanOrEqual(7_200)
  })

  it('has not, either, where another one has come that waits for it', async () => {
    await begin('second', { State: 'WAITING', DateCreated: clock.now() })
    expect(await idle()).toBeGreaterThanOrEqual(7_200)
  })

  it('has not, either, where a clock that was ahead has written something of it', async () => {
    await database.connection.db
      .updateTable('AsyncSchema.Flow')
      .set({ DateResumed: '2025-03-13 11:30:00.000' })
      .where('FlowKey', '=', 'first')
      .execute()
    expect(await idle()).toBeGreaterThanOrEqual(7_200)
  })
})
