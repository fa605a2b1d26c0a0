import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Clock, toLondon } from '#shared/clock'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { Notifications } from './src/delivery-states/notifications.repository.js'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.remove())

class ClockAt extends Clock {
  constructor(private readonly time: string) {
    super()
  }
  instant(): Date {
    return new Date(this.time)
  }
}

const minuteMs = 60_000
const anewMs = 240 * minuteMs

/** An email that failed for the time being at `failed`, and is sent anew so many minutes after that. */
async function failedAt(failed: string, minutes = 240): Promise<void> {
  const anew = new Date(new Date(failed).getTime() + minutes * minuteMs)
  await database.connection.db
    .insertInto('AsyncSchema.Notification')
    .values({
      ...{ MessageId: 'IntSchema.Task.1.1', NotifyId: 'a', Channel: 'email', Template: 'overdue' },
      ...{ State: 'temporary-failure', DateSent: toLondon(new Date(failed)) },
      DateNextLook: toLondon(anew),
    })
    .execute()
}

const isDueAt = async (time: string): Promise<boolean> =>
  (await new Notifications(database.connection, new ClockAt(time)).due(anewMs)).length > 0

// The clocks go back on 2026-10-25 at 01:00 GMT: 01:00 to 02:00 is shown twice.
describe('what is to be sent anew four hours later', () => {
  it.each([
    ['by day', '2026-11-18T10:00:00Z', '2026-11-18T10:00:01Z', '2026-11-18T13:59:59Z'],
    ['in the first of two hours', '2026-10-24T20:50:00Z', '2026-10-24T21:00:00Z', '2026-10-25T00:49:59Z'],
    [
      'just before the clocks go back',
      '2026-10-24T20:59:59Z',
      '2026-10-24T20:59:59Z',
      '2026-10-25T00:59:58Z',
    ],
    ['after they have gone back', '2026-10-24T22:10:00Z', '2026-10-24T22:11:00Z', '2026-10-25T00:05:00Z'],
    ['as they go forward', '2026-03-28T22:00:00Z', '2026-03-28T22:00:01Z', '2026-03-29T01:59:59Z'],
  ])('is not due before: %s', async (_, failed, soon, late) => {
    await failedAt(failed)
    expect([await isDueAt(soon), await isDueAt(late)]).toEqual([false, false])
  })

  it('is due then', async () => {
    await failedAt('2026-10-24T20:50:00Z')
    expect(await isDueAt('2026-10-25T00:50:00Z')).toBe(true)
  })

  it.each([
    ['by day', '2026-11-18T10:00:00Z'],
    ['on the evening before the clocks go back', '2026-10-24T21:00:00Z'],
    ['as they have gone back', '2026-10-25T01:00:00Z'],
  ])('is due at once where a clock was wrong that said when: %s', async (_, now) => {
    await failedAt(now, 24 * 60)
    expect(await isDueAt(now)).toBe(true)
  })
})
