import { afterEach, expect, it } from 'vitest'
import { ShiftedClock } from '#shared/clock'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { TicketAttempts } from './src/raise-ticket/ticket-attempts.repository.js'

let database: TestDatabase | undefined
afterEach(() => database?.remove())

const message = { id: 'ExtSchema.Task.1.1', consumer: 'raise-ticket' }

it.each([
  ['an hour ago', '2026-11-18 09:30:00', 3_600],
  ['by a clock that is a little ahead', '2026-11-18 10:30:30', -30],
  ['by a clock that was a day ahead: nobody knows', '2026-11-19 10:30:00', Number.POSITIVE_INFINITY],
])('a first attempt %s', async (_, began, seconds) => {
  database = await createTestDatabase()
  const clock = new ShiftedClock(began)
  const attempts = new TicketAttempts(database.connection, clock)
  await attempts.begin(message)
  clock.set('2026-11-18 10:30:00')
  const age = (await attempts.sinceFirst(message)) ?? Number.NaN
  expect(age === Number.POSITIVE_INFINITY ? age : Math.round(age / 1_000)).toBe(seconds)
})
