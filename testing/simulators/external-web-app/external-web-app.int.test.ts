import { afterEach, describe, expect, it } from 'vitest'
import { jetstream } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { dayOf } from '#shared/clock'
import { subjects } from '#shared/contracts'
import { nextRun } from '#shared/payments'
import { System } from '../../../test/support/system.js'
import { until } from '../../../test/support/until.js'
import { templateSettings } from '../settings.js'
import {
  benefitAnswers,
  claimDurations,
  claimEnds,
  claimKinds,
  claimOfKind,
  differences,
  expectedBeforeDailyRun,
  isOfficeHours,
  openClaims,
  submit,
  type ClaimEnd,
  type SubmittedClaim,
} from './index.js'

let system: System | undefined
afterEach(async () => {
  await system?.stop()
  system = undefined
})

/** Every kind, twice, submitted at that time and worked on until nothing is left to do. */
async function runAll(clock: string): Promise<{ system: System; claims: SubmittedClaim[] }> {
  system = await System.start({ clock, env: templateSettings })
  const now = system.clock.now()
  const claims = [...claimKinds, ...claimKinds].map((kind, i) => claimOfKind(kind, i + 1, now))
  system.simulators.benefitChecker.setStatusBySurname(benefitAnswers(claims))
  await submit(system.connection, claims, { clock: system.clock })
  expect((await openClaims(system.connection)).size).toBeGreaterThan(0)
  await system.settled()
  expect(await openClaims(system.connection)).toEqual(new Set())
  return { system, claims }
}

function ends({ connection, simulators }: System, claims: readonly SubmittedClaim[]): Promise<ClaimEnd[]> {
  const calls = { notify: simulators.notify.calls, benefitChecker: simulators.benefitChecker.calls }
  return claimEnds(connection, calls, claims)
}

/** What is wrong, by reference and kind. */
async function wrong(running: System, claims: readonly SubmittedClaim[], officeHours: boolean) {
  const all = await ends(running, claims)
  return claims.flatMap((claim, i) => {
    const end = all[i]
    if (!end) return ['no end']
    return differences(claim, end, expectedBeforeDailyRun(claim, officeHours)).map(
      (difference) => `${claim.reference} ${claim.kind}: ${difference}`,
    )
  })
}

async function fireDailyRun({ nats, clock, connection }: System): Promise<void> {
  const client = await connect({ servers: nats.url, tls: null })
  const body = JSON.stringify({ date: dayOf(clock.now()) })
  await jetstream(client).publish(subjects.scheduleAutoApproval, body)
  await client.close()
  await until('nothing waits for the daily run', async () => {
    const waiting = await connection.db.selectFrom('IntSchema.AutoApproval').select('ClaimId').execute()
    return waiting.length === 0
  })
}

describe('every kind of claim, through the real services', () => {
  it.each([
    ['a Wednesday morning', '2026-11-18 10:30:00'],
    ['the first of a month', '2027-03-01 16:45:00'],
    ['29 February', '2028-02-29 12:00:00'],
    ['summer time', '2026-07-01 10:05:00'],
  ])('ends as its input says in office hours: %s', async (_, clock) => {
    const { system: running, claims } = await runAll(clock)
    expect(await wrong(running, claims, true)).toEqual([])
    const { leftOut, claims: paid } = await nextRun(running.connection)
    expect([leftOut, paid > 0]).toEqual([0, true])
    expect(running.simulators.directions.calls).toHaveLength(2)
    const durations = await claimDurations(running.connection)
    expect([...durations.keys()].sort()).toEqual(claims.map(({ claimId }) => claimId))
    expect(Math.max(...durations.values())).toBeLessThan(20_000)
  })

  it.each([
    ['an evening', '2026-11-18 20:00:00'],
    ["a Saturday that is New Year's Day", '2028-01-01 11:00:00'],
  ])('waits for the daily run where it must: %s', async (_, clock) => {
    const { system: running, claims } = await runAll(clock)
    expect(await wrong(running, claims, false)).toEqual([])
    expect((await ends(running, claims)).filter(({ waits }) => waits)).toHaveLength(6)

    await fireDailyRun(running)
    await running.settled()
    expect(await wrong(running, claims, true)).toEqual([])
  })
})

describe('differences', () => {
  const claim = claimOfKind('repeat-passing', 7, '2026-11-18 10:30:00.000')
  const right: ClaimEnd = {
    status: 'AUTO-APPROVED',
    events: claim.expected.events,
    cost: 20_01,
    waits: false,
    leftOutside: false,
    failedTasks: [],
    emails: claim.expected.emails.map((template) => ({ template, address: 'visitor-7@example.com' })),
    checked: true,
  }

  it('are none for a right end, and each is told', () => {
    expect(differences(claim, right)).toEqual([])
    const other: Partial<ClaimEnd>[] = [
      { status: undefined },
      { events: [...right.events].reverse() },
      { cost: 0 },
      { waits: true },
      { leftOutside: true },
      { failedTasks: ['DWP-CHECK'] },
      { emails: [...right.emails, ...right.emails.slice(0, 1)] },
      { emails: right.emails.map((email) => ({ ...email, address: 'other@example.com' })) },
      { checked: false },
    ]
    for (const change of other) expect(differences(claim, { ...right, ...change })).toHaveLength(1)
  })
})

describe('claimOfKind', () => {
  it('makes each number another claimant, and refuses those it has no claimant for', () => {
    const claims = [1, 2, 10_001, 1_000_001, 1_999_999].map((number) =>
      claimOfKind('benefit-of-partner', number, '2026-11-18 10:30:00.000'),
    )
    const distinct = (values: unknown[]) => new Set(values).size
    expect(distinct(claims.map(({ reference }) => reference))).toBe(5)
    expect(distinct(claims.map(({ claimId }) => claimId))).toBe(5)
    expect(distinct(claims.map(({ expectedCheckOf }) => expectedCheckOf))).toBe(5)
    expect(distinct(claims.map(({ rows }) => rows['ExtSchema.Prisoner']?.[0]?.PrisonNumber))).toBe(5)
    expect(claims.every(({ reference }) => reference.length <= 10)).toBe(true)
    expect(() => claimOfKind('payout', 0, '2026-11-18 10:30:00.000')).toThrow(RangeError)
    expect(() => claimOfKind('payout', 2_000_000, '2026-11-18 10:30:00.000')).toThrow(RangeError)
  })

  it.each([
    ['2026-11-16 09:59:59.999', false],
    ['2026-11-16 10:00:00.000', true],
    ['2026-11-20 16:59:59.999', true],
    ['2026-11-20 17:00:00.000', false],
    ['2026-11-21 12:00:00.000', false],
  ])('office hours: %s %s', (time, expected) => {
    expect(isOfficeHours(time)).toBe(expected)
  })
})
