import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { streams, subjects } from '#shared/contracts'
import { BareClient } from './support/bare-client.js'
import { benefitAnswers, benefitCases } from './support/cases/benefit.cases.js'
import { journeyCases, routes, unansweredOrigin } from './support/cases/journey.cases.js'
import { migrationCases } from './support/cases/migration.cases.js'
import { taskCases } from './support/cases/task.cases.js'
import { handledAt, submit } from './support/claim-cases.js'
import { claimIds, earlierClaimId, firstTimeClaim, settledClaimant } from './support/claim-rows.js'
import { claimJobs, dueClaims } from './support/daily-claims.js'
import { payableRows } from './support/payment-rows.js'
import { edit, remove } from './support/row-sets.js'
import { readRows } from './support/rows.js'
import { noNats, runOps } from './support/run-ops.js'
import { startClaimServices } from './support/run-example.js'
import { System } from './support/system.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const date = '2024-03-13'
/** The task of one of the cases fails: it is a dead letter, and none of a replay's business. */
const givenUp = 1
const work = [streams.claims, streams.notifications, streams.schedule].map(({ name }) => name)
const cases = [...migrationCases, ...journeyCases, ...benefitCases, ...taskCases]
const payable = payableRows(600, {})
const withoutTask = edit(firstTimeClaim(71), { 'ExtSchema.Task': remove() })

/** A day of every kind of work; then the operator replays all of it. */
describe('a day that is replayed', () => {
  let system: System
  let client: BareClient

  beforeAll(async () => {
    system = await System.start({ clock: `${date} 11:30:00`, services: [] })
    client = await BareClient.connect(system.nats.url)
    const { benefitChecker, directions } = system.simulators
    benefitChecker.setAnswers({ bySurname: benefitAnswers })
    directions.setByOrigin(routes)
    const match = ({ origin }: { origin: string }) => origin === unansweredOrigin
    directions.misbehave({ kind: 'status', status: 503, when: { match } })
    const due = claimJobs.map((job, place) => dueClaims[job](500 + place, date).given)
    await submit(
      system,
      withoutTask,
      settledClaimant(72),
      payable,
      ...due,
      ...cases.map(({ given }) => given),
    )
    await startClaimServices(system)
    await publishDirectly()
    await system.settled(90_000)
    for (const job of ['auto-approval', 'daily', 'payment-run'] as const) {
      await system.fire(job, date, 60_000)
      await system.settled(60_000)
    }
    for (const stream of work) await system.answered(stream)
  }, 300_000)

  afterAll(async () => {
    await client.close()
    await system.stop()
  })

  /** A claim and an email, by no id of their own. */
  async function publishDirectly(): Promise<void> {
    const { Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId } = claimIds(71)
    const claim = await client.publish(subjects.claimSubmitted, { reference, eligibilityId, claimId })
    await handledAt(system, 'complete-claim', claim)
    const about = { reference: claimIds(72).Reference, eligibilityId: claimIds(72).EligibilityId }
    const body = { ...about, claimId: earlierClaimId(72) }
    const email = await client.publish(subjects.notifyClaimSubmitted, body)
    await handledAt(system, 'send-email', email)
  }

  const replay = (line: string, more = {}) =>
    runOps(`replay ${line}`, { ...system.database.env, ...system.nats.envOf('ops'), ...more })

  const stored = async () => (await Promise.all(work.map((name) => client.read(name)))).flat()

  /** All that anybody outside could see, and what the project keeps of payments. */
  const world = async () => ({
    tables: await readRows(system.connection),
    payments: await readRows(system.connection, ['AsyncSchema.PaymentRun', 'AsyncSchema.Payment']),
    emails: system.simulators.notify.calls.length,
    tickets: system.simulators.helpdesk.calls.length,
    checks: system.simulators.benefitChecker.requests,
    files: [...system.simulators.s3.objects.keys()],
    letters: (await client.read(streams.deadLetters.name)).length,
  })

  it('has had work of every kind in it', async () => {
    const { emails, payments, tables } = await world()
    expect(emails).toBeGreaterThan(20)
    expect(payments['AsyncSchema.PaymentRun']).toMatchObject([{ State: 'SETTLED' }])
    expect(tables['IntSchema.Claim']?.length).toBeGreaterThan(20)
  })

  it('is only counted by a dry run', async () => {
    const before = await stored()
    const { code, out, err } = await replay('--subject > --from 1h --dry-run --json')
    expect({ code, err }).toEqual({ code: 0, err: [] })
    const { total } = JSON.parse(out[0] ?? '') as { total: object }
    expect(total).toEqual({
      ...{ read: before.length, republished: before.length - givenUp },
      done: before.length - givenUp,
    })
    expect(await stored()).toEqual(before)
  })

  it('changes nothing, and sends no email', async () => {
    const [before, messages] = [await world(), (await stored()).length]
    const { code, out } = await replay('--subject > --from 1h')
    expect(code).toBe(0)
    expect(out.at(-1)).toMatch(
      new RegExp(`^together +${messages} +${messages - givenUp} +${messages - givenUp}$`),
    )
    for (const stream of work) await system.answered(stream, 90_000)
    await system.settled()
    expect(await stored()).toHaveLength(2 * messages - givenUp)
    expect(await world()).toEqual(before)
  })

  it('is not replayed twice, nor are its copies, and each message has kept its identity', async () => {
    const before = await stored()
    expect((await replay('--subject > --from 1h')).code).toBe(0)
    expect(await stored()).toHaveLength(before.length)
    const ids = before.map(({ headers }) => headers['ce-id']).filter((id) => id !== undefined)
    expect(ids.filter((id) => /^(CLAIMS|NOTIFICATIONS)\.\d+\.\d{19}$/.test(id))).toHaveLength(2)
    const copies = before.filter(({ headers }) => headers['Nats-Msg-Id']?.startsWith('replay.'))
    expect(copies.filter(({ headers }) => headers.traceparent).length).toBeGreaterThan(copies.length / 2)
  })

  it.each([
    ['', 2, '--subject is one of claims.submitted, claims.'],
    ['--subject claims.unknown --from 1h', 2, '--subject is one of'],
    ['--subject dead-letters.> --from 1h', 2, '--subject is one of'],
    ['--subject claims.* ', 2, '--from which time?'],
    [
      '--subject claims.* --from yesterday',
      2,
      '--from is a time such as 2026-11-21T10:00 (in London), or an age',
    ],
    ['--subject claims.* --from 2024-02-30T25:00', 2, '--from is a time'],
    ['--subject claims.* --from 1h --to 2h', 2, '--from is before --to'],
    ['--subject claims.* --from 2020-01-01T10:00 --to 2020-01-01T11:00Z', 1, 'nothing was published there'],
  ])('"%s" is told in one line', async (args, code, reason) => {
    const answer = await replay(args)
    expect({ ...answer, err: answer.err.length }).toEqual({ code, out: [], err: 1 })
    expect(answer.err[0]).toContain(reason)
  })

  it('needs its server', async () => {
    const { code, err } = await replay('--subject > --from 1h', noNats)
    expect({ code, err }).toEqual({ code: 1, err: [expect.stringContaining('NATS cannot be reached')] })
  })
})
