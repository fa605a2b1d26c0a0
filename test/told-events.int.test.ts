import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Webhook } from 'standardwebhooks'
import {
  scheduleMessageId,
  slotOfTime,
  streams,
  subjects,
  events,
  type EventName,
  eventNames,
} from '#shared/contracts'
import { seededPrisons } from '#shared/database'
import { BareClient } from './support/bare-client.js'
import { submit } from './support/claim-cases.js'
import {
  checkableClaim,
  claimIds,
  earlierClaimId,
  firstTimeClaim,
  pendingTask,
  people,
  rowId,
  settledClaimant,
} from './support/claim-rows.js'
import { silentClaim } from './support/daily-claims.js'
import { baseSettings } from './support/environment.js'
import { occurring, personalTexts } from './support/personal-data.js'
import { payableRows } from './support/payment-rows.js'
import { edit, set, type Row } from './support/row-sets.js'
import { runOps } from './support/run-ops.js'
import { claimServices, System } from './support/system.js'
import { until } from './support/until.js'
import { WebhookReceivers, type ReceivedWebhook } from './support/webhook-receivers.js'
import { addReceiver, SecretFile, signingKeys } from './support/webhook-work.js'

/** A Wednesday in office hours. */
const start = '2024-03-13 11:30:00'
const today = '2024-03-13'

/** What a receiver took, in its order, as the library of the specification reads it. */
describe('other systems are told by what is done', () => {
  let system: System
  let client: BareClient
  let receivers: WebhookReceivers
  let secrets: SecretFile
  /** How many of the calls were looked at before. */
  let seen = 0

  beforeAll(async () => {
    secrets = new SecretFile()
    receivers = await WebhookReceivers.listen()
    system = await System.start({
      clock: start,
      services: [...claimServices, 'register-importer', 'webhook-sender'],
      env: { WEBHOOK_SECRETS: secrets.path },
    })
    client = await BareClient.connect(system.nats.url)
    await addReceiver(system.connection, receivers, system.clock, { name: 'all', wants: eventNames })
  }, 180_000)
  afterAll(async () => {
    await client.close()
    await system.stop()
    await receivers.close()
    secrets.remove()
  })

  /** Waits for so many more, and reads them: the library goes by the machine's clock, which is made to be the system's. */
  async function told(count: number, waits = 0): Promise<{ type: EventName; data: unknown }[]> {
    await until(`${count} more were told`, () => receivers.of('all').length >= seen + count)
    await until('nothing else goes on', async () => (await underWay()) === waits)
    const calls = receivers.of('all').slice(seen)
    seen += calls.length
    return calls.map(read).map(({ type, data }) => ({ type, data }))
  }
  const underWay = async () =>
    (
      await system.connection.db
        .selectFrom('AsyncSchema.Outbox')
        .select('OutboxId')
        .where('DateEnded', 'is', null)
        // The scheduler, which tells the chat, does not run here.
        .where('Subject', 'not like', 'alerts.%')
        .execute()
    ).length
  function read({ headers, body }: ReceivedWebhook) {
    const now = vi.spyOn(Date, 'now').mockReturnValue(system.clock.instant().getTime())
    try {
      const verified = new Webhook(signingKeys.first).verify(body, headers as Record<string, string>)
      return verified as { type: EventName; data: unknown; sequence: number }
    } finally {
      now.mockRestore()
    }
  }
  const refOf = (n: number, claimId = claimIds(n).ClaimId) => ({
    ...{ reference: claimIds(n).Reference, eligibilityId: claimIds(n).EligibilityId, claimId },
  })
  const decided = (n: number, decision: string, claimId?: number) => ({
    ...{ type: 'claim.decided', data: { ...refOf(n, claimId), decision } },
  })
  const task = (n: number, name: string, columns: Row = {}) =>
    pendingTask(n, name, {
      ...{ ClaimId: earlierClaimId(n), AdditionalData: people(n).visitor.EmailAddress },
      ...columns,
    })
  const operator = async (line: string) => {
    const { code, err } = await runOps(line, { ...system.database.env, ...system.nats.envOf('ops') })
    expect({ line, code, err }).toEqual({ line, code: 0, err: [] })
  }

  it('a claim that was submitted', async () => {
    await submit(system, firstTimeClaim(1))
    expect(await told(1)).toEqual([{ type: 'claim.submitted', data: refOf(1) }])
  })

  it('a claim that the rules approved, once, though its email is sent once more', async () => {
    await submit(system, checkableClaim(2))
    expect(await told(1)).toEqual([decided(2, 'approved')])
    const { db } = system.connection
    const email = db.updateTable('IntSchema.Task').where('Reference', '=', claimIds(2).Reference)
    await email.set({ Status: 'PENDING' }).where('Task', '=', 'ACCEPT-CLAIM-NOTIFICATION').execute()
    await submit(system, checkableClaim(3))
    expect(await told(1)).toEqual([decided(3, 'approved')])
  })

  it('a claim for which the benefit check asked for evidence', async () => {
    const visitor = { 'IntSchema.Visitor': set({ Benefit: 'income-support' }) }
    system.simulators.benefitChecker.setStatusBySurname({ [people(4).visitor.LastName]: 'No' })
    await submit(system, edit(checkableClaim(4), visitor))
    expect(await told(1)).toEqual([decided(4, 'information-requested')])
  })

  it('a claim that was rejected because its claimant was silent', async () => {
    await submit(system, silentClaim(5, '2024-01-10 10:00:00'))
    await system.fire('daily', today)
    expect(await told(1)).toEqual([decided(5, 'rejected')])
  })

  it('what a caseworker decided, each time that it is another decision', async () => {
    const at = (second: number) => `2024-03-13 11:29:0${second}`
    await submit(system, {
      ...settledClaimant(6),
      'IntSchema.Task': [
        task(6, 'REQUEST-INFORMATION-CLAIM-NOTIFICATION', { TaskId: 6_001, DateCreated: at(1) }),
        task(6, 'REJECT-CLAIM-NOTIFICATION', { TaskId: 6_002, DateCreated: at(2) }),
        task(6, 'ACCEPT-CLAIM-NOTIFICATION', { TaskId: 6_003, DateCreated: at(3) }),
        task(6, 'REJECT-CLAIM-NOTIFICATION', { TaskId: 6_004, DateCreated: at(4) }),
      ],
    })
    const decisions = ['information-requested', 'rejected', 'approved', 'rejected']
    expect(await told(4)).toEqual(decisions.map((each) => decided(6, each, earlierClaimId(6))))
  })

  it('what a caseworker decided once, though its row runs again', async () => {
    await submit(system, {
      ...settledClaimant(7),
      'IntSchema.Task': [task(7, 'ACCEPT-CLAIM-NOTIFICATION', { AdditionalData: 'nobody' })],
    })
    expect(await told(1)).toEqual([decided(7, 'approved', earlierClaimId(7))])
    const failed = system.connection.db.selectFrom('IntSchema.Task').select('TaskId')
    expect(await failed.where('Status', '=', 'FAILED').execute()).toEqual([{ TaskId: rowId.task(7) }])
    await operator('tasks retry --all --yes')
    await submit(system, { 'IntSchema.Task': [task(7, 'REJECT-CLAIM-NOTIFICATION', { TaskId: 7_001 })] })
    expect(await told(1)).toEqual([decided(7, 'rejected', earlierClaimId(7))])
  })

  it('the files of a payment run, and each claim in them', async () => {
    await submit(system, payableRows(8, {}))
    await system.fire('payment-run', today)
    const run = `payment-run.${today}`
    const all = await told(2)
    const paid = all.filter(({ type }) => type === 'claim.paid').map(({ data }) => data)
    expect(all[0]).toEqual({
      type: 'payment_files.written',
      data: { run, date: today, payments: paid.length },
    })
    expect(paid).toContainEqual({ reference: claimIds(8).Reference, claimId: claimIds(8).ClaimId, run })
    expect(all).toHaveLength(1 + paid.length)
  })

  it('a register of prisons that was taken in', async () => {
    const lines = seededPrisons.map((prison) => prison.join()).filter((line) => !line.startsWith('dover,'))
    const bucket = baseSettings.AWS_S3_BUCKET_NAME ?? ''
    const text = ['name,display_name,region,postcode', ...lines, ''].join('\n')
    system.simulators.s3.put(bucket, 'registers/prisons.csv', text)
    await fireAt(subjects.schedulePrisonRegister)
    const [imported] = await told(1)
    expect(imported).toEqual({
      ...{ type: 'prison_register.imported' },
      data: { flow: expect.any(Number), changed: 1, closed: 1, failed: 0 },
    })
  })

  it('an email that reached nobody', async () => {
    system.simulators.notify.setState(people(9).visitor.EmailAddress, 'permanent-failure')
    await submit(system, {
      ...settledClaimant(9),
      'IntSchema.Task': [task(9, 'SEND-CLAIM-NOTIFICATION')],
    })
    const { db } = system.connection
    const sent = db.selectFrom('AsyncSchema.Notification').select('MessageId')
    const ofIt = sent.where('Reference', '=', claimIds(9).Reference)
    await until('the email is with Notify', async () => (await ofIt.execute()).length === 1)
    system.clock.set('2024-03-13 11:45:00')
    await fireAt(subjects.scheduleLookUpNotifications)
    const [failed] = await told(1)
    expect(failed).toEqual({
      ...{ type: 'notification.failed' },
      data: {
        ...{ channel: 'email', template: 'SUBMIT_CLAIM_EMAIL_TEMPLATE_ID', state: 'permanent-failure' },
        claim: refOf(9, earlierClaimId(9)),
      },
    })
  })

  it('what a caseworker decided at once, though its email is to wait', async () => {
    const waits = { DateProcessed: '2024-03-14 09:00:00' }
    await submit(system, {
      ...settledClaimant(10),
      'IntSchema.Task': [task(10, 'ACCEPT-CLAIM-NOTIFICATION', waits)],
    })
    expect(await told(1, 1)).toEqual([decided(10, 'approved', earlierClaimId(10))])
  })

  /** As the scheduler fires it by its clock. */
  async function fireAt(
    subject: typeof subjects.schedulePrisonRegister | typeof subjects.scheduleLookUpNotifications,
  ): Promise<void> {
    const due = system.clock.instant()
    const id = scheduleMessageId(subject, slotOfTime(due))
    await client.publish(subject, { due: due.toISOString() }, { 'ce-id': id, 'Nats-Msg-Id': id })
    await system.answered(streams.schedule.name)
  }

  it('all of it in order, and each under an id of its own', () => {
    const calls = receivers.of('all')
    expect(calls.map(({ sequence }) => sequence)).toEqual(calls.map((_, place) => place + 1))
    expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length)
    expect(new Set(calls.map(({ event }) => event))).toEqual(new Set(eventNames))
  })

  it('all of it by ids, codes and counts: nothing of anybody', async () => {
    const calls = receivers.of('all').map(({ body }) => JSON.parse(body) as { type: string; data: unknown })
    const { db } = system.connection
    const [task, visitor] = await Promise.all([
      db.selectFrom('IntSchema.Task').selectAll().execute(),
      db.selectFrom('IntSchema.Visitor').selectAll().execute(),
    ])
    const texts = personalTexts({ 'IntSchema.Task': task, 'IntSchema.Visitor': visitor })
    expect(texts.length).toBeGreaterThan(30)
    expect(occurring(texts, JSON.stringify(calls))).toEqual([])
    for (const { type, data } of calls) {
      const event = Object.values(events).find(({ name }) => name === type)
      expect(event?.data.parse(data)).toEqual(data)
    }
  })
})
