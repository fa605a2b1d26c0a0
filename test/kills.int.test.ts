import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
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
} from '../simulators/external-web-app/index.js'
import { Processes } from './support/processes.js'
import { until } from './support/until.js'

const claimsATime = 50
/** Office hours, so that what passes every rule goes all the way. */
const clock = '2026-11-18 10:30:00.000'
const patient = 90_000

/** The built services as processes, killed without a word in the middle of fifty claims. */
describe('killed in the middle of fifty claims', () => {
  let processes: Processes
  let submitted = 0

  beforeAll(async () => {
    processes = await Processes.start({
      CLOCK_START: clock.slice(0, 19),
      NATS_ACK_WAIT_MS: '1500',
      NOTIFY_TIMEOUT_MS: '1000',
      RELAY_QUIET_SECONDS: '3',
    })
  }, 120_000)

  afterAll(async () => {
    expect(await processes.stop()).toEqual([])
  }, 60_000)

  /** Fifty claims of all kinds, the upstreams slow enough for much to be under way at any time. */
  async function submitFifty(): Promise<SubmittedClaim[]> {
    const claims = Array.from({ length: claimsATime }, (_, i) =>
      claimOfKind(claimKinds[i % claimKinds.length] ?? 'first-time', ++submitted, clock),
    )
    const { notify, benefitChecker } = processes.simulators
    for (const simulator of [notify, benefitChecker]) simulator.misbehave({ kind: 'slow', ms: 60 })
    benefitChecker.setStatusBySurname(benefitAnswers(claims))
    await submit(processes.database.connection, claims)
    return claims
  }

  const emailsOf = (claims: readonly SubmittedClaim[]) => {
    const references = new Set(claims.map(({ reference }) => reference))
    return processes.simulators.notify.calls.filter(({ personalisation }) =>
      references.has(String(personalisation.reference)),
    )
  }

  async function expectAllRight(claims: readonly SubmittedClaim[]): Promise<void> {
    const { connection } = processes.database
    await until('every claim is done', async () => (await openClaims(connection)).size === 0, patient)
    const { notify, benefitChecker } = processes.simulators
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
    const references = emailsOf(claims).map(({ reference }) => reference)
    expect(references.length).toBeGreaterThanOrEqual(claimsATime)
    expect(new Set(references).size).toBe(references.length)
  }

  /** A good part of the emails is sent, and a good part is not. */
  const inTheMiddle = (claims: readonly SubmittedClaim[]) =>
    until('a third of the emails is sent', () => emailsOf(claims).length >= claimsATime / 3, patient)

  it.each(['task-relay', 'claim-completer', 'dwp-checker', 'notifier', 'scheduler'])(
    '%s',
    async (name) => {
      const claims = await submitFifty()
      await inTheMiddle(claims)
      await processes.kill(name)
      expect((await openClaims(processes.database.connection)).size).toBeGreaterThan(0)
      await processes.run(name)
      await expectAllRight(claims)
    },
    patient * 2,
  )

  it(
    'nats-server',
    async () => {
      const claims = await submitFifty()
      await inTheMiddle(claims)
      await processes.nats.kill()
      expect((await openClaims(processes.database.connection)).size).toBeGreaterThan(0)
      await processes.nats.restart()
      await expectAllRight(claims)
    },
    patient * 2,
  )

  it(
    'nats-server, its store lost',
    async () => {
      const claims = await submitFifty()
      await inTheMiddle(claims)
      await processes.nats.kill()
      await processes.loseNatsStore()
      await processes.nats.restart()
      await expectAllRight(claims)
    },
    patient * 2,
  )
})
