import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { streams, subjects } from '#shared/contracts'
import { BareClient } from './support/bare-client.js'
import { handledAt, submit } from './support/claim-cases.js'
import {
  claimIds,
  earlierClaimId,
  people,
  pendingTask,
  repeatClaim,
  rowId,
  settledClaimant,
} from './support/claim-rows.js'
import { onServer } from './support/on-server.js'
import { payableRows } from './support/payment-rows.js'
import { edit, set } from './support/row-sets.js'
import { loseStore, putBack, takeCopy, type DatabaseCopy } from './support/restore.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

vi.setConfig({ testTimeout: 360_000, hookTimeout: 360_000 })
/** For two minutes the stream takes what is published again for a repeat: so soon after the loss that may happen. */
const patience = 240_000

const work = [streams.claims.name, streams.notifications.name]
const services = ['task-relay', 'claim-completer', 'dwp-checker', 'notifier', 'payment-run']
const date = '2024-03-13'
/** Claims and emails of before the copy; those of the time that is lost; and those of afterwards, with their numbers. */
const [before, lost, after] = [
  [1, 2, 3, 4],
  [5, 6],
  [7, 8],
] as const
/** Attempts that were under way in the copy are soon over, and what went quiet is soon looked for. */
const env = { NOTIFY_TIMEOUT_MS: '2000', HELPDESK_TIMEOUT_MS: '2000', RELAY_QUIET_SECONDS: '2' }
const emails = { before: 11, lost: 12, direct: 13, paid: 600 }

// A copy is one of the embedded database's file: a server has its owner's own means.
const describeOnFiles = describe.skipIf(onServer)

/** The procedure of the runbook, "The database was restored", carried out on copies of three points in time. */
describeOnFiles.each([
  ['with the broker as it is', false],
  ["with the broker's store gone too", true],
] as const)('the database is restored, %s', (_, storeIsGone) => {
  let system: System
  let copy: DatabaseCopy

  beforeEach(async () => {
    system = await System.start({ services: [], clock: `${date} 11:30:00`, env })
    await submit(system, payableRows(emails.paid, {}), settledClaimant(emails.direct))
  }, 120_000)
  afterEach(() => system.stop())

  const start = () => Promise.all(services.map((name) => system.startService(name)))
  const stop = () => Promise.all([...system.services.keys()].map((name) => system.stopService(name)))
  const ops = async (line: string) => {
    const clock = { CLOCK_START: system.clock.now().slice(0, 19) }
    const answer = await runOps(line, { ...system.database.env, ...system.nats.envOf('ops'), ...clock })
    expect({ line, err: answer.err, code: answer.code }).toEqual({ line, err: [], code: 0 })
  }
  const email = (n: number) => ({
    ...settledClaimant(n),
    'IntSchema.Task': [
      pendingTask(n, 'SEND-CLAIM-NOTIFICATION', {
        ...{ ClaimId: earlierClaimId(n), AdditionalData: people(n).visitor.EmailAddress },
      }),
    ],
  })
  const help = (n: number) => ({
    'ExtSchema.Task': [
      {
        ...{
          TaskId: 900 + n,
          Task: 'TECHNICAL_HELP_SUBMITTED',
          AdditionalData: `Name~~a${n}@example.org~~Help`,
        },
        ...{ DateCreated: '2024-03-13 09:00:00', Status: 'PENDING' },
      },
    ],
  })
  const handOver = () => submit(system, ...before.map((n) => repeatClaim(n)), email(emails.before), help(1))

  async function publish(n: number): Promise<void> {
    const client = await BareClient.connect(system.nats.url)
    const { Reference: reference, EligibilityId: eligibilityId } = claimIds(n)
    const body = { reference, eligibilityId, claimId: earlierClaimId(n) }
    await handledAt(system, 'send-email', await client.publish(subjects.notifyClaimSubmitted, body))
    await client.close()
  }

  /** What happens until the database is lost: it is done, and nobody will remember. */
  async function goOn(): Promise<void> {
    await submit(system, ...lost.map((n) => repeatClaim(n)), email(emails.lost))
    await system.settled(60_000)
    await publish(emails.direct)
  }

  const waiting = async () => {
    const { db } = system.connection
    const rows = [
      await db.selectFrom('ExtSchema.Task').select('TaskId').where('Status', '=', 'PENDING').execute(),
      await db.selectFrom('IntSchema.Task').select('TaskId').where('Status', '=', 'PENDING').execute(),
    ]
    return rows.flat().length
  }

  async function carryOut(): Promise<void> {
    await stop()
    await putBack(system.database, copy)
    if (storeIsGone) await loseStore(system.nats)
    await ops(`restored --copy ${copy.taken.slice(0, 19).replace(' ', 'T')}`)
    await start()
    // What web apps publish directly is nowhere but in the streams. The machine's time is the broker's.
    if (!storeIsGone) {
      await until('the relay has taken what waited in the copy', async () => (await waiting()) === 0)
      for (const subject of ['claims.*', 'notifications.*', 'support.*'])
        await ops(`replay --subject ${subject} --from 1h`)
    }
    // The web apps go on, and give their rows the numbers of those that were lost.
    for (const [place, n] of after.entries()) {
      const taskId = rowId.task(lost[place] ?? 0)
      await submit(system, edit(repeatClaim(n), { 'ExtSchema.Task': set({ TaskId: taskId }) }))
    }
    await system.settled(patience)
    for (const stream of work) await system.answered(stream, 30_000)
  }

  const claimsInside = async () => {
    const rows = await system.connection.db.selectFrom('IntSchema.Claim').select('ClaimId').execute()
    return rows.map(({ ClaimId }) => ClaimId)
  }
  const sentTo = (n: number) =>
    system.simulators.notify.calls
      .filter(({ personalisation }) => personalisation.reference === claimIds(n).Reference)
      .map(({ email_address }) => email_address)

  /** Everything of before the copy and of afterwards is done, and nobody got what is another one's, or twice. */
  async function expectAllRight(): Promise<void> {
    const inside = await claimsInside()
    for (const n of [...before, ...after]) expect(inside).toContain(claimIds(n).ClaimId)
    for (const n of [...before, ...lost, ...after, ...[emails.before, emails.lost, emails.direct]])
      for (const address of sentTo(n)) expect(address).toBe(people(n).visitor.EmailAddress)
    for (const n of [emails.before, emails.lost, emails.direct]) expect(sentTo(n)).toHaveLength(1)
    for (const n of after) expect(sentTo(n).length).toBeGreaterThan(0)
    expect(system.simulators.helpdesk.tickets).toHaveLength(1)
    const client = await BareClient.connect(system.nats.url)
    const letters = await client.read(streams.deadLetters.name)
    await client.close()
    expect(letters).toEqual([])
  }

  it('to a copy taken while claims waited', async () => {
    await handOver()
    copy = takeCopy(system.database, system.clock.now())
    await start()
    await system.settled(60_000)
    await goOn()
    await carryOut()
    await expectAllRight()
  })

  it('to a copy taken while messages were under way', async () => {
    const { notify, benefitChecker } = system.simulators
    for (const upstream of [notify, benefitChecker]) upstream.misbehave({ kind: 'slow', ms: 100 })
    await start()
    await handOver()
    await until('work is under way', () => notify.calls.length > 0 || benefitChecker.calls.length > 0)
    copy = takeCopy(system.database, system.clock.now())
    for (const upstream of [notify, benefitChecker]) upstream.behaveWell()
    await system.settled(60_000)
    await goOn()
    await carryOut()
    await expectAllRight()
  })

  it('to a copy taken after follow-ups were sent and claims paid', async () => {
    await start()
    await handOver()
    await system.settled(60_000)
    await system.fire('payment-run', date, 60_000)
    copy = takeCopy(system.database, system.clock.now())
    const sent = () => [...before].flatMap((n) => sentTo(n)).length
    const [emailsThen, filesThen] = [sent(), [...system.simulators.s3.objects.keys()]]
    expect(filesThen.length).toBeGreaterThan(0)
    await goOn()
    await carryOut()
    await expectAllRight()
    await system.fire('payment-run', date, 60_000)
    expect([sent(), [...system.simulators.s3.objects.keys()]]).toEqual([emailsThen, filesThen])
  })
})
