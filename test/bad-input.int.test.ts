import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { streams, subjects } from '#shared/contracts'
import { deadLetterHeaders } from '#shared/messaging'
import { claimOfKind, submit } from '../testing/simulators/external-web-app/index.js'
import { templateSettings } from '../testing/simulators/settings.js'
import { BareClient } from './support/bare-client.js'
import { readExamples } from './support/examples.js'
import { insertRows } from './support/rows.js'
import { claimServices, System } from './support/system.js'
import { until } from './support/until.js'

const clock = '2026-11-18 10:30:00.000'
/** Every subject that somebody handles. */
const workSubjects = [streams.claims, streams.notifications, streams.schedule].flatMap(
  ({ subjects: stored }): readonly string[] => stored,
)

/** A claim that does not exist, by the subject of the message about it. */
const reasonsForNoClaim = {
  [subjects.claimSubmitted]: 'claim-not-found',
  [subjects.claimInformationProvided]: 'claim-not-found',
  [subjects.claimBenefitCheckDue]: 'claim-not-found',
  [subjects.claimApprovalDue]: 'claim-not-found',
  [subjects.claimArchiveDue]: 'claim-not-found',
  [subjects.notifyClaimSubmitted]: 'visitor-not-found',
  [subjects.notifyBenefitCheckFailed]: 'visitor-not-found',
  [subjects.notifyClaimAccepted]: 'claim-not-found',
  [subjects.notifyClaimRejected]: 'visitor-not-found',
  [subjects.notifyInformationRequested]: 'visitor-not-found',
  [subjects.notifyInformationReceived]: 'visitor-not-found',
  [subjects.notifyInformationReminder]: 'visitor-not-found',
  [subjects.notifyContactDetailsUpdated]: 'visitor-not-found',
  // Without their Task row they do not say of what kind they are, to whom they go or what they are about.
  [subjects.notifyEvidenceReminder]: 'reminder-kind-unknown',
  [subjects.notifyMalwareFound]: 'email-address-missing',
  [subjects.notifyReferenceRecovery]: 'body-breaks-contract',
  [subjects.helpRequested]: 'body-breaks-contract',
  [subjects.notificationRequested]: 'body-breaks-contract',
} as const

/** What nobody should send, and somebody will: a reason where an operator finds it, and the next claim goes through. */
describe('bad input', () => {
  let system: System
  let client: BareClient
  let claims = 0
  let sent = 0

  beforeAll(async () => {
    const services = [...claimServices, 'register-importer', 'webhook-sender', 'provisioner']
    system = await System.start({ clock: clock.slice(0, 19), env: templateSettings, services })
    client = await BareClient.connect(system.nats.url)
  }, 120_000)

  afterAll(async () => {
    await client.close()
    await system.stop()
  })

  /** Publishes a body as somebody with a NATS client would; gives the message's id. */
  async function send(subject: string, body: string | Uint8Array): Promise<string> {
    const id = `bad-${++sent}`
    await client.publish(subject, body, { 'Nats-Msg-Id': id })
    return id
  }

  /** The reason at the dead letters, by message id. */
  async function reasons(): Promise<Map<string, string>> {
    const letters = await client.read(streams.deadLetters.name)
    return new Map(
      letters.map(({ headers }) => [headers['ce-id'] ?? '', headers[deadLetterHeaders.reason] ?? '']),
    )
  }

  /** Sends a body to subjects; gives the reason each of them is refused for. */
  async function refusals(refusing: readonly string[], body: string | Uint8Array): Promise<unknown> {
    const ids = await Promise.all(refusing.map((subject) => send(subject, body)))
    let found = new Map<string, string>()
    await until('a dead letter of each', async () => {
      found = await reasons()
      return ids.every((id) => found.has(id))
    })
    return Object.fromEntries(refusing.map((subject, i) => [subject, found.get(ids[i] ?? '')]))
  }

  const each = (refusing: readonly string[], reason: string) =>
    Object.fromEntries(refusing.map((subject) => [subject, reason]))

  /** The services still do their work. */
  async function expectNextClaimGoesThrough(): Promise<void> {
    const claim = claimOfKind('first-time', ++claims, clock)
    const emails = system.simulators.notify.calls.length
    await submit(system.connection, [claim], { clock: system.clock })
    await system.settled()
    const row = await system.connection.db
      .selectFrom('IntSchema.Claim')
      .select('Status')
      .where('ClaimId', '=', claim.claimId)
      .executeTakeFirst()
    expect(row?.Status).toBe('NEW')
    expect(system.simulators.notify.calls.length).toBe(emails + 1)
  }

  it.each([
    ['no JSON', 'COMPLETE CLAIM 5', 'unreadable-body'],
    ['bytes that are no text', Uint8Array.from([0xff, 0xfe, 0x00, 0x80]), 'unreadable-body'],
    ['nothing', '', 'unreadable-body'],
    ['JSON of another kind', '"claim"', 'body-breaks-contract'],
    ['null', 'null', 'body-breaks-contract'],
  ])('an unreadable body on every subject: %s', async (_, body, reason) => {
    expect(await refusals(workSubjects, body)).toEqual(each(workSubjects, reason))
    await expectNextClaimGoesThrough()
  })

  it.each([
    ['ids that are none', '{"reference":"ABC","eligibilityId":"1; drop table","claimId":1.5}'],
    [
      'a stray member',
      '{"reference":"ABC","eligibilityId":1,"claimId":1,"emailAddress":"mirabel@example.org"}',
    ],
    ['ids that no row can have', '{"reference":"ABC","eligibilityId":2147483648,"claimId":0}'],
    ['a reference that is too long', '{"reference":"ABCDEFGHIJKLM","eligibilityId":1,"claimId":1.5}'],
  ])('a body that breaks the contract of every subject about a claim: %s', async (_, body) => {
    const about = Object.keys(reasonsForNoClaim)
    expect(await refusals(about, body)).toEqual(each(about, 'body-breaks-contract'))
    await expectNextClaimGoesThrough()
  })

  it('an answer of the broker that somebody had sent as work is passed over, and costs no dead letter', async () => {
    const before = await reasons()
    await client.request(subjects.claimSubmitted, '{}', workSubjects)
    await until('each has been passed over', () => {
      const said = system.logLines.filter((line) => line.includes('an answer of the broker came as work'))
      return workSubjects.every((subject) => said.some((line) => line.includes(`"${subject}"`)))
    })
    await expectNextClaimGoesThrough()
    const letters = [...(await reasons()).keys()].filter((id) => !before.has(id))
    // Those of the requests themselves.
    expect(letters).toHaveLength(workSubjects.length)
  })

  it('a claim that does not exist, on every subject about a claim', async () => {
    const { claimArchiveDue: byId } = subjects
    const { [byId]: reason, ...others } = reasonsForNoClaim
    const body = JSON.stringify({ reference: 'NOSUCH', eligibilityId: 999_999, claimId: 999_999 })
    expect(await refusals(Object.keys(others), body)).toEqual(others)
    expect(await refusals([byId], JSON.stringify({ claimId: 999_999 }))).toEqual({ [byId]: reason })
    const jobs = [
      ...[subjects.scheduleDaily, subjects.scheduleAutoApproval, subjects.schedulePaymentRun],
      ...[subjects.scheduleLookUpNotifications, subjects.schedulePrisonRegister],
    ]
    const aboutNone = [
      subjects.oldClaimsArchiveDue,
      subjects.oldClaimsQueueingDue,
      subjects.oldClaimsReportDue,
      ...[subjects.prisonChangeDue, subjects.prisonRegisterCheckDue, subjects.prisonRegisterReportDue],
      ...[subjects.webhookEventsDue, subjects.webhookDeliveryDue],
      ...[subjects.subjectChanged, subjects.provisioningDue, subjects.targetFillDue],
      ...jobs,
    ]
    expect([...Object.keys(reasonsForNoClaim), ...aboutNone].sort()).toEqual([...workSubjects].sort())
    await expectNextClaimGoesThrough()
  })

  it('Task rows nobody can do: each ends FAILED with its reason', async () => {
    const { db } = system.connection
    const row = { Status: 'PENDING', DateCreated: clock }
    const claim = { Reference: 'NOSUCH', EligibilityId: 999_998, ClaimId: 999_998 }
    await db
      .insertInto('ExtSchema.Task')
      .values([
        { ...row, ...claim, Task: 'MAKE-TEA' },
        { ...row, Task: 'COMPLETE-CLAIM' },
        { ...row, ...claim, Task: 'COMPLETE-CLAIM' },
      ])
      .execute()
    await system.settled()
    const runs = await db
      .selectFrom('AsyncSchema.Outbox as o')
      .innerJoin('ExtSchema.Task as t', 't.TaskId', 'o.TaskId')
      .select(['t.Task', 't.Status', 'o.State', 'o.LastReason'])
      .where('o.TaskSchema', '=', 'ExtSchema')
      .where('t.Status', '=', 'FAILED')
      .orderBy('t.TaskId')
      .execute()
    expect(runs).toEqual([
      { Task: 'MAKE-TEA', Status: 'FAILED', State: 'FAILED', LastReason: 'unknown-task' },
      { Task: 'COMPLETE-CLAIM', Status: 'FAILED', State: 'FAILED', LastReason: 'task-row-incomplete' },
      { Task: 'COMPLETE-CLAIM', Status: 'FAILED', State: 'FAILED', LastReason: 'claim-not-found' },
    ])
    await expectNextClaimGoesThrough()
  })

  it('an expense type nobody knows: the email of acceptance fails with its reason, the claim does not', async () => {
    const example = readExamples().find(({ name }) => name === 'accept-bank-deductions')
    if (!example) throw new Error('the example is missing')
    const [expense] = example.given['IntSchema.ClaimExpense'] ?? []
    await insertRows(system.connection, {
      ...example.given,
      'IntSchema.ClaimExpense': [{ ...expense, ExpenseType: 'hot air balloon' }],
    })
    await system.settled()
    const task = await system.connection.db
      .selectFrom('AsyncSchema.Outbox as o')
      .innerJoin('IntSchema.Task as t', 't.TaskId', 'o.TaskId')
      .select(['t.Status', 'o.LastReason'])
      .where('t.TaskId', '=', 3751)
      .where('o.TaskSchema', '=', 'IntSchema')
      .executeTakeFirst()
    expect(task).toEqual({ Status: 'FAILED', LastReason: 'expense-type-unknown' })
    await expectNextClaimGoesThrough()
  })

  it('a surname with markup, quotes and an emoji reaches the benefit checker as it is', async () => {
    const example = readExamples().find(({ name }) => name === 'first-time-train-bank')
    if (!example) throw new Error('the example is missing')
    const [visitor] = example.given['ExtSchema.Visitor'] ?? []
    await insertRows(system.connection, {
      ...example.given,
      'ExtSchema.Task': example.given['ExtSchema.Task']?.map((row) => ({ ...row, TaskId: 5_551 })) ?? [],
      'ExtSchema.Visitor': [{ ...visitor, LastName: `O'Br<&"ien 🦊` }],
    })
    await system.settled()
    const surnames = system.simulators.benefitChecker.calls.map(({ surname }) => surname)
    expect(surnames).toContain(`O'BR<&"IEN 🦊`)
    const stored = await system.connection.db
      .selectFrom('IntSchema.Visitor')
      .select(['LastName', 'DWPBenefitCheckerResult'])
      .where('Reference', '=', 'LVY5LSE')
      .executeTakeFirst()
    expect(stored).toEqual({ LastName: `O'Br<&"ien 🦊`, DWPBenefitCheckerResult: 'YES' })
  })

  it('an answer from Notify that was lost: one email all the same', async () => {
    const before = system.simulators.notify.calls.length
    system.simulators.notify.misbehave({ kind: 'answer-lost', when: { times: 1 } })
    const claim = claimOfKind('first-time', ++claims, clock)
    await submit(system.connection, [claim], { clock: system.clock })
    await system.settled()
    expect(system.simulators.notify.calls.length).toBe(before + 1)
    expect(system.simulators.notify.lookups).toBeGreaterThan(0)
  })
})
