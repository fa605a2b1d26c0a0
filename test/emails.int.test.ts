import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { deadLetterSubject, streams, subjects } from '#shared/contracts'
import { deadLetterHeaders } from '#shared/messaging'
import { BareClient } from './support/bare-client.js'
import { acceptedCases } from './support/cases/accepted-email.cases.js'
import {
  evidenceCases,
  malwareCases,
  remindedCase,
  standardCases,
  type EmailCase,
} from './support/cases/email.cases.js'
import { recoveryCases } from './support/cases/recovery.cases.js'
import { foundRows, inFull, runsOf, submit } from './support/claim-cases.js'
import { claimIds, earlierClaimId, settledClaimant } from './support/claim-rows.js'
import { deliverAgain } from './support/deliver-again.js'
import { baseSettings } from './support/environment.js'
import { messageIdIn } from './support/message-ids.js'
import { occurring, personalTexts, writtenDown } from './support/personal-data.js'
import { merge } from './support/row-sets.js'
import { readRows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const cases = [...standardCases, ...malwareCases, ...evidenceCases, ...acceptedCases, ...recoveryCases]

let system: System

beforeAll(async () => {
  system = await System.start({ clock: '2024-03-13 11:30:00', services: [] })
  await submit(system, ...cases.map(({ given }) => given))
  await Promise.all(['task-relay', 'notifier'].map((name) => system.startService(name)))
  await system.settled(60_000)
}, 180_000)

afterAll(() => system.stop())

const messageIdOf = ({ schema, taskId, given }: EmailCase) => messageIdIn(given, schema, taskId)

/** The whole requests made for a message. */
const requestsFor = (messageId: string) =>
  system.simulators.notify.calls
    .filter(({ reference }) => reference === messageId)
    .map(({ template_id, email_address, personalisation }) => ({
      template: template_id,
      address: email_address,
      personalisation,
    }))

const requestOf = ({ email }: EmailCase) =>
  email ? [{ ...email, template: baseSettings[`APVS_NOTIFY_${email.template}`] }] : []

async function endsAsExpected(emailCase: EmailCase): Promise<void> {
  expect(requestsFor(messageIdOf(emailCase))).toEqual(requestOf(emailCase))
  expect(await runsOf(system, emailCase.schema, emailCase.taskId)).toEqual([emailCase.run])
}

describe('an email', () => {
  it.each(standardCases)('as every email is: $about', endsAsExpected)
  it.each(malwareCases)('about malware: $about', endsAsExpected)
  it.each(evidenceCases)('about evidence: $about', endsAsExpected)
  it.each(acceptedCases)('about an accepted claim: $about', endsAsExpected)
  it.each(recoveryCases)('with a reference: $about', endsAsExpected)

  it('leaves every other row as it was', async () => {
    const given = merge(...cases.map((each) => each.given))
    const expected = merge(...cases.map((each) => each.expected))
    expect(await foundRows(system, given)).toEqual(inFull(expected))
  })

  it('is sent once, and changes nothing, when all of it is delivered five times more', async () => {
    const [calls, rows] = [[...system.simulators.notify.calls], await readRows(system.connection)]
    expect(calls).toHaveLength(cases.filter(({ email }) => email).length)
    system.clock.set('2024-03-14 12:00:00')
    // What failed fails again, and so would be marked again: only what is done is held against its repeat.
    expect(await deliverAgain(system, streams.notifications.name, 5)).toBe(cases.length * 5)
    expect(system.simulators.notify.calls).toEqual(calls)
    const failed = new Set(cases.filter(({ run }) => run.State === 'FAILED').map(({ taskId }) => taskId))
    const withoutFailed = (tables: typeof rows) =>
      Object.fromEntries(
        Object.entries(tables).map(([table, list]) => [
          table,
          list.filter(({ TaskId }) => !failed.has(Number(TaskId))),
        ]),
      )
    expect(withoutFailed(await readRows(system.connection))).toEqual(withoutFailed(rows))
  })
})

describe('an email on a bad day', () => {
  it.each([
    [601, 'an error', { kind: 'status', status: 500 }, 'notify-500', '2024-07-01 10:00:00'],
    [602, 'a lost answer', { kind: 'answer-lost' }, 'notify-reset', '2024-12-02 10:00:00'],
    [603, 'nonsense for an answer', { kind: 'garbage' }, 'notify-unreadable', '2024-12-02 10:00:00'],
  ] as const)('claim %s: after %s it is sent once all the same', async (n, _, rule, reason, clock) => {
    system.clock.set(clock)
    system.simulators.notify.misbehave({ ...rule, when: { times: 1 } })
    const emailCase = remindedCase(n, '')
    await submit(system, emailCase.given)
    await system.settled()
    expect(requestsFor(messageIdOf(emailCase))).toEqual(requestOf(emailCase))
    expect(await foundRows(system, emailCase.given)).toEqual(inFull(emailCase.expected))
    const run = { State: 'DONE', LastReason: reason }
    expect(await runsOf(system, emailCase.schema, emailCase.taskId)).toEqual([run])
  })

  it('is not sent, and the claim not marked, while Notify fails', async () => {
    const emailCase = remindedCase(604, '')
    const { notify } = system.simulators
    const before = notify.requests
    notify.misbehave({ kind: 'status', status: 503 })
    await submit(system, emailCase.given)
    await until('it has been tried twice', () => notify.requests >= before + 2)
    const { 'IntSchema.Claim': claims, 'IntSchema.Task': tasks } = await foundRows(system, emailCase.given)
    expect(claims).toEqual(emailCase.given['IntSchema.Claim'])
    expect(tasks).toMatchObject([{ Status: 'IN-PROGRESS' }])
    system.simulators.notify.behaveWell()
    await system.settled()
    expect(await foundRows(system, emailCase.given)).toEqual(inFull(emailCase.expected))
    expect(requestsFor(messageIdOf(emailCase))).toEqual(requestOf(emailCase))
  })
})

describe('an email that Notify takes when nobody waits for its answer any more', () => {
  let patient: System

  beforeAll(async () => {
    const env = { NOTIFY_TIMEOUT_MS: '300', NOTIFY_SETTLE_MS: '2500' }
    const services = ['task-relay', 'notifier']
    patient = await System.start({ clock: '2024-12-02 10:00:00', services, env })
  }, 60_000)
  afterAll(() => patient.stop())

  afterEach(() => patient.simulators.reset())

  it.each([
    ['nobody hears of it', 'late', 605, 'notify-timeout'],
    ['a gateway has said that it waits no longer', 'given-up', 606, 'notify-504'],
  ] as const)('is sent once where %s', async (_, kind, n, reason) => {
    const { notify } = patient.simulators
    // Later than the first tries again come.
    notify.misbehave({ kind, ms: 1_500, when: { times: 1 } })
    const emailCase = remindedCase(n, '')
    await submit(patient, emailCase.given)
    await patient.settled()
    expect(notify.calls.map(({ reference }) => reference)).toEqual([messageIdOf(emailCase)])
    // The one that was late, and the question for it.
    expect(notify.requests).toBe(2)
    const run = { State: 'DONE', LastReason: reason }
    expect(await runsOf(patient, emailCase.schema, emailCase.taskId)).toEqual([run])
  })
})

describe('an email asked for without a Task row', () => {
  it('goes to the visitor, but for an alert about malware and a reminder of nobody knows what', async () => {
    const { Reference: reference, EligibilityId: eligibilityId } = claimIds(611)
    await submit(system, settledClaimant(611))
    const client = await BareClient.connect(system.nats.url)
    const ask = (subject: string) =>
      client.publish(
        subject,
        { reference, eligibilityId, claimId: earlierClaimId(611) },
        { 'Nats-Msg-Id': `direct-${subject}` },
      )
    const refused = [subjects.notifyMalwareFound, subjects.notifyEvidenceReminder]
    for (const subject of [subjects.notifyClaimRejected, ...refused]) await ask(subject)
    await system.answered(streams.notifications.name)
    const letters = await client.read(streams.deadLetters.name)
    await client.close()
    expect(requestsFor(`direct-${subjects.notifyClaimRejected}`)).toMatchObject([
      { address: 'chloe.0611@example.org' },
    ])
    const direct = letters.filter(({ headers }) => headers['ce-id']?.startsWith('direct-'))
    expect(direct.map(({ subject, headers }) => [subject, headers[deadLetterHeaders.reason]])).toEqual([
      [deadLetterSubject('send-email'), 'email-address-missing'],
      [deadLetterSubject('send-email'), 'reminder-kind-unknown'],
    ])
    expect(requestsFor(`direct-${subjects.notifyMalwareFound}`)).toEqual([])
  })
})

it('no address, name or text of anybody is in any log line, message or row of this project’s own', async () => {
  const given = merge(...cases.map((each) => each.given))
  const asked = cases.flatMap(({ email }) => email?.address ?? [])
  const written = await writtenDown(system)
  expect(written.length).toBeGreaterThan(cases.length * 3)
  const texts = [...personalTexts(given), ...asked, 'Well "done"']
  expect(written.filter((text) => occurring(texts, text).length)).toEqual([])
})
