import { expect, it } from 'vitest'
import { roundTripsBench } from '../bench/round-trips.bench.js'

/**
 * What a claim alone asks of a SQL Server, service by service. A round trip more is a millisecond more for each claim
 * where the database is one away: whoever adds one changes a number here. Why so many: ADR 35.
 */
const most = {
  'first claim, bank': { 'task-relay': 6, 'claim-completer': 4, 'dwp-checker': 2, notifier: 4 },
  'repeat claim, auto-approved': { 'task-relay': 6, 'claim-completer': 8, 'dwp-checker': 2, notifier: 8 },
} as const

it('a claim asks the database no more than it must', async () => {
  const figures = new Map((await roundTripsBench(() => undefined)).map(({ name, value }) => [name, value]))
  const counted = Object.fromEntries(
    Object.entries(most).map(([kind, services]) => [
      kind,
      Object.fromEntries(
        Object.keys(services).map((service) => [service, figures.get(`${kind}: round trips of ${service}`)]),
      ),
    ]),
  )
  expect(counted).toEqual(most)
}, 300_000)
