import { expect } from 'vitest'
import {
  benefitAnswers,
  claimEnds,
  claimKinds,
  claimOfKind,
  differences,
  expectedBeforeDailyRun,
  openClaims,
  submit,
  type SubmittedClaim,
} from '../../../testing/simulators/external-web-app/index.js'
import type { Simulators } from '../../../testing/simulators/index.js'
import { until } from '../../support/until.js'
import type { TestDatabase } from '../../support/test-database.js'

/** Office hours, so that what passes every rule goes all the way. */
export const officeHours = '2026-11-18 10:30:00.000'

/** Where claims are handed over and looked at. */
export interface ClaimWorld {
  readonly simulators: Simulators
  readonly database: TestDatabase
}

/** Claims of all kinds, of numbers from `first` on. */
export const claimsOfAllKinds = (count: number, first: number): SubmittedClaim[] =>
  Array.from({ length: count }, (_, i) =>
    claimOfKind(claimKinds[i % claimKinds.length] ?? 'first-time', first + i, officeHours),
  )

/** Hands claims over as the web app does. */
export async function handOver(
  { simulators, database }: ClaimWorld,
  claims: readonly SubmittedClaim[],
): Promise<void> {
  simulators.benefitChecker.setStatusBySurname(benefitAnswers(claims))
  await submit(database.connection, claims)
}

export const emailsOf = ({ simulators }: ClaimWorld, claims: readonly SubmittedClaim[]) => {
  const references = new Set(claims.map(({ reference }) => reference))
  return simulators.notify.calls.filter(({ personalisation }) =>
    references.has(String(personalisation.reference)),
  )
}

/** Waits until nothing is open, and holds each claim's end against what its input says: no email twice. */
export async function expectAllRight(
  world: ClaimWorld,
  claims: readonly SubmittedClaim[],
  patienceMs = 120_000,
): Promise<void> {
  const { connection } = world.database
  await until('every claim is done', async () => (await openClaims(connection)).size === 0, patienceMs, 50)
  const { notify, benefitChecker } = world.simulators
  const calls = { notify: notify.calls, benefitChecker: benefitChecker.calls }
  const ends = await claimEnds(connection, calls, claims)
  const wrong = claims.flatMap((claim, i) => {
    const end = ends[i]
    const expected = expectedBeforeDailyRun(claim, true)
    return end
      ? differences(claim, end, expected).map((text) => `${claim.reference} ${claim.kind}: ${text}`)
      : []
  })
  expect(wrong).toEqual([])
  const references = emailsOf(world, claims).map(({ reference }) => reference)
  expect(new Set(references).size).toBe(references.length)
}
