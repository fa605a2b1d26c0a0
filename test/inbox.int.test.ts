import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Clock } from '#shared/clock'
import { DeliveryRecord, Inbox } from '#shared/unit-of-work'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'

const lease = { ms: 60_000, longestMs: 120_000 }

/** A replica's clock, set by hand. */
class SetClock extends Clock {
  constructor(private at: string) {
    super()
  }
  instant(): Date {
    return new Date(this.at)
  }
  set(at: string): void {
    this.at = at
  }
}

let database: TestDatabase
beforeAll(async () => (database = await createTestDatabase()))
afterAll(() => database.remove())

let messages = 0
const delivery = (id: string) => ({ consumer: 'send-email', id })
const newId = () => `message-${++messages}`

/** One replica of a service, at a time. */
function replica(at: string) {
  const clock = new SetClock(at)
  const inbox = new Inbox(database.connection, clock)
  const records = new DeliveryRecord(database.connection, inbox, clock)
  return { clock, inbox, records, start: (id: string) => inbox.start(delivery(id), lease) }
}

/** As the row would be so many milliseconds before its lease ends; null as a service of before script 0020 left it. */
async function ends(id: string, inMs: number | null): Promise<void> {
  const { db, dialect } = database.connection
  await db
    .updateTable('AsyncSchema.Inbox')
    .set({ DateBusyUntil: inMs === null ? null : dialect.inMs(inMs) })
    .where('MessageId', '=', id)
    .execute()
}

describe('an attempt at something outside the database', () => {
  it('is for one at a time, until its lease is over', async () => {
    const [id, one, other] = [newId(), replica('2026-11-18T10:00:00Z'), replica('2026-11-18T10:00:00Z')]
    const starts = await Promise.all([one.start(id), other.start(id)])
    expect([...starts].sort()).toEqual(['busy', 'first'])
    await ends(id, lease.ms)
    expect(await other.start(id)).toBe('busy')
    await ends(id, 0)
    const again = await Promise.all([one.start(id), other.start(id)])
    expect([...again].sort()).toEqual(['again', 'busy'])
  })

  it.each([
    ['is four minutes ahead', '2026-11-18T10:00:00Z', '2026-11-18T10:04:00Z'],
    ['is four minutes behind', '2026-11-18T10:00:00Z', '2026-11-18T09:56:00Z'],
    ['was set by hours', '2026-11-18T10:00:00Z', '2026-11-18T07:00:00Z'],
    ['shows the hour that happens twice', '2026-10-25T00:59:59Z', '2026-10-25T01:00:01Z'],
  ])('is nobody else’s whose clock %s, who goes on as soon as it is over', async (_, begun, now) => {
    const [message, one, other] = [delivery(newId()), replica(begun), replica(now)]
    expect(await one.inbox.start(message, lease)).toBe('first')
    expect(await other.start(message.id)).toBe('busy')
    await one.inbox.release(message)
    expect(await other.start(message.id)).toBe('again')
  })

  it('is over by a lease of its own length, of whichever setting, and of none that a clock put right has left', async () => {
    const [id, { start }] = [newId(), replica('2026-11-18T10:00:00Z')]
    await start(id)
    await ends(id, lease.longestMs - 1_000)
    expect(await start(id)).toBe('busy')
    await ends(id, lease.longestMs + 60_000)
    expect(await start(id)).toBe('again')
  })

  it('that a service began before it wrote down its end is over when that would have ended it', async () => {
    const [id, { start, clock }] = [newId(), replica('2026-11-18T10:00:00Z')]
    await start(id)
    await ends(id, null)
    clock.set('2026-11-18T10:00:59.999Z')
    expect(await start(id)).toBe('busy')
    clock.set('2026-11-18T10:01:00.001Z')
    expect(await start(id)).toBe('again')
  })

  it('goes on when its delivery is recorded as failed: the handler may still be at it', async () => {
    const [id, { start, records }] = [newId(), replica('2026-11-18T10:00:00Z')]
    await start(id)
    await records.failedAttempt(delivery(id), 'timed-out')
    await records.gaveUp(delivery(id), 'timed-out')
    expect(await start(id)).toBe('busy')
  })

  it('frees the message when it is over, at once or when it can have no effect any more', async () => {
    const { inbox, start } = replica('2026-11-18T10:00:00Z')
    const [message, unanswered] = [delivery(newId()), delivery(newId())]
    await inbox.start(message, lease)
    await inbox.release({ ...message })
    expect(await start(message.id)).toBe('busy')
    await inbox.release(message)
    expect(await start(message.id)).toBe('again')
    await inbox.release(message)
    expect(await start(message.id)).toBe('busy')

    await inbox.start(unanswered, lease)
    await inbox.release(unanswered, 30_000)
    expect(await start(unanswered.id)).toBe('busy')
    await ends(unanswered.id, 0)
    expect(await start(unanswered.id)).toBe('again')
  })
})

describe('given up', () => {
  it('takes back nothing that was done since somebody looked', async () => {
    const { db } = database.connection
    const [id, { clock }] = [newId(), replica('2026-11-18T10:00:00Z')]
    const now = clock.now()
    await db
      .insertInto('AsyncSchema.Outbox')
      .values({
        ...{ MessageId: id, Subject: 'schedule.daily', Body: '{}', State: 'DONE', Attempts: 1 },
        ...{ DateCreated: now, DateLastHeard: now, DateEnded: now },
      })
      .execute()
    await db
      .insertInto('AsyncSchema.JobRun')
      .values({
        ...{ Consumer: 'send-email', MessageId: id, RunDate: '2026-11-18', Stage: 1, LastKey: 0 },
        ...{ RowsChanged: 0, State: 'DONE', DateStarted: now, DateLastHeard: now, DateEnded: now },
      })
      .execute()
    // It looked before the others had done it.
    const late = { standing: () => Promise.resolve('owed') } as unknown as Inbox
    const records = new DeliveryRecord(database.connection, late, clock)
    await records.failedAttempt(delivery(id), 'timed-out')
    await records.gaveUp(delivery(id), 'timed-out')
    const found = [
      ...(await db.selectFrom('AsyncSchema.Outbox').selectAll().where('MessageId', '=', id).execute()),
      ...(await db.selectFrom('AsyncSchema.JobRun').selectAll().where('MessageId', '=', id).execute()),
    ].map(({ State, LastReason }) => ({ State, LastReason }))
    expect(found).toEqual([
      { State: 'DONE', LastReason: null },
      { State: 'DONE', LastReason: null },
    ])
  })
  it.each(['PENDING', 'IN-PROGRESS', 'FAILED'])(
    'leaves a Task row that is %s by now, where its run has ended since somebody looked',
    async (Status) => {
      const { db } = database.connection
      const [id, { clock }] = [newId(), replica('2026-11-18T10:00:00Z')]
      const [now, before] = [clock.now(), '2026-11-18 09:00:00.000']
      await db
        .insertInto('IntSchema.Task')
        .values({ Task: 'DWP-CHECK', Reference: id, Status, DateCreated: before, DateProcessed: before })
        .execute()
      const row = db.selectFrom('IntSchema.Task').select(['TaskId', 'Status', 'DateProcessed'])
      const { TaskId: taskId, ...was } = await row.where('Reference', '=', id).executeTakeFirstOrThrow()
      await db
        .insertInto('AsyncSchema.Outbox')
        .values({
          ...{ MessageId: id, Subject: 'claims.benefit-check-due', Body: '{}', State: 'FAILED', Attempts: 1 },
          ...{ TaskSchema: 'IntSchema', TaskId: taskId, Run: 1 },
          ...{ DateCreated: now, DateLastHeard: now, DateEnded: now },
        })
        .execute()
      const late = { standing: () => Promise.resolve('superseded') } as unknown as Inbox
      const records = new DeliveryRecord(database.connection, late, clock)
      await records.gaveUp({ ...delivery(id), task: { schema: 'IntSchema', taskId, run: 1 } }, 'timed-out')
      expect(await row.where('Reference', '=', id).executeTakeFirst()).toEqual({ TaskId: taskId, ...was })
    },
  )
})
