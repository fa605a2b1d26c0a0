import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Clock } from '#shared/clock'
import { DeliveryRecord, Inbox } from '#shared/unit-of-work'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'

const leaseMs = 60_000

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
  return { clock, inbox, records, start: (id: string) => inbox.start(delivery(id), leaseMs) }
}

describe('an attempt at something outside the database', () => {
  it('is for one at a time, until its lease is over', async () => {
    const [id, one, other] = [newId(), replica('2026-11-18T10:00:00Z'), replica('2026-11-18T10:00:00Z')]
    const starts = await Promise.all([one.start(id), other.start(id)])
    expect([...starts].sort()).toEqual(['busy', 'first'])
    other.clock.set('2026-11-18T10:00:59.999Z')
    expect(await other.start(id)).toBe('busy')
    other.clock.set('2026-11-18T10:01:00Z')
    expect(await other.start(id)).toBe('again')
  })

  it.each([
    ['is not taken over by a replica whose clock is behind', '2026-11-18T10:00:05Z', '2026-11-18T10:00:00Z'],
    ['nor in the hour that happens twice', '2026-10-25T01:30:00Z', '2026-10-25T01:30:01Z'],
    ['nor as that hour begins again', '2026-10-25T00:59:59Z', '2026-10-25T01:00:01Z'],
  ])('%s', async (_, begun, now) => {
    const id = newId()
    expect(await replica(begun).start(id)).toBe('first')
    expect(await replica(now).start(id)).toBe('busy')
  })

  it.each([
    ['set back by hours', '2026-11-18T10:00:00Z', '2026-11-18T07:00:00Z'],
    ['read twice an hour apart', '2026-10-25T00:30:00Z', '2026-10-25T01:32:00Z'],
  ])('does not hold anybody up for hours where the clock was %s', async (_, begun, now) => {
    const id = newId()
    await replica(begun).start(id)
    expect(await replica(now).start(id)).toBe('again')
  })

  it('goes on when its delivery is recorded as failed: the handler may still be at it', async () => {
    const [id, { start, records }] = [newId(), replica('2026-11-18T10:00:00Z')]
    await start(id)
    await records.failedAttempt(delivery(id), 'timed-out')
    await records.gaveUp(delivery(id), 'timed-out')
    expect(await start(id)).toBe('busy')
  })

  it('frees the message when it is over, at once or when it can have no effect any more', async () => {
    const { inbox, clock, start } = replica('2026-11-18T10:00:00Z')
    const [message, unanswered] = [delivery(newId()), delivery(newId())]
    await inbox.start(message, leaseMs)
    await inbox.release({ ...message })
    expect(await start(message.id)).toBe('busy')
    await inbox.release(message)
    expect(await start(message.id)).toBe('again')

    await inbox.start(unanswered, leaseMs)
    await inbox.release(unanswered, 30_000)
    expect(await start(unanswered.id)).toBe('busy')
    clock.set('2026-11-18T10:00:30Z')
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
})
