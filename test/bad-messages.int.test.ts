import { afterEach, describe, expect, it, vi } from 'vitest'
import { streams } from '#shared/contracts'
import type { Misbehaviour } from '../testing/simulators/misbehaviour.js'
import { BareClient } from './support/bare-client.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const clock = '2026-11-18 10:30:00'
const patient = 60_000
const always500: Misbehaviour = { kind: 'status', status: 500 }
const always503: Misbehaviour = { kind: 'status', status: 503 }

let system: System
afterEach(() => system.stop())

const start = (env: Record<string, string> = {}) =>
  System.start({ clock, services: ['task-relay', 'notifier'], env })

/** Alerts to the operations mailbox: they need no row but their own. */
async function askForEmails(...references: string[]): Promise<void> {
  const rows = references.map((Reference) => ({
    ...{ Task: 'SEND-MALWARE-ALERT', Reference, EligibilityId: 1, ClaimId: 1, Status: 'PENDING' },
    ...{ AdditionalData: 'operations@example.com', DateCreated: `${clock}.000` },
  }))
  await system.connection.db.insertInto('ExtSchema.Task').values(rows).execute()
}

async function askForTickets(...issues: string[]): Promise<void> {
  const rows = issues.map((issue) => ({
    ...{ Task: 'TECHNICAL_HELP_SUBMITTED', Status: 'PENDING', DateCreated: `${clock}.000` },
    AdditionalData: ['Sam Example', 'sam@example.com', issue].join('~~'),
  }))
  await system.connection.db.insertInto('ExtSchema.Task').values(rows).execute()
}

const references = (letter: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${letter}${String(i).padStart(6, '0')}`)

const emailsAbout = (letter: string) => {
  const sent = system.simulators.notify.calls.map(({ personalisation }) => String(personalisation.reference))
  return new Set(sent.filter((reference) => reference.startsWith(letter))).size
}
const ticketsAbout = (letter: string) =>
  system.simulators.helpdesk.calls.filter(({ ticket }) => issueOf(ticket).startsWith(letter)).length
const issueOf = (ticket: Record<string, unknown>) => (ticket.comment as { body: string }).body

/** Notify never takes what is about a reference that begins with B. */
const notifyRefusesBad = (misbehaviour: Misbehaviour) =>
  system.simulators.notify.misbehave({
    ...misbehaviour,
    when: { match: ({ personalisation }) => String(personalisation.reference).startsWith('B') },
  })

async function consumer(name: string) {
  const client = await BareClient.connect(system.nats.url)
  const { delivered, num_redelivered: again } = await client.consumer(streams.notifications.name, name)
  await client.close()
  return { deliveries: delivered.consumer_seq, again }
}

describe('messages that an upstream always fails', () => {
  it('hold up no good ones that come later, and use up attempts once those get through', async () => {
    system = await start()
    notifyRefusesBad(always500)
    await askForEmails(...references('B', 3))
    await until(
      'they have been tried again and again',
      () => system.simulators.notify.requests >= 12,
      patient,
    )
    expect(emailsAbout('B')).toBe(0)
    await askForEmails(...references('G', 3))
    await until('the good ones are sent', () => emailsAbout('G') === 3, patient)
    await until(
      'the bad ones use up attempts',
      async () => (await consumer('send-email')).again === 3,
      patient,
    )
  })

  it('hold up nothing after a restart either, and with more of them than are in hand at once', async () => {
    system = await start()
    await system.startService('notifier', 'second notifier')
    notifyRefusesBad(always500)
    await askForEmails(...references('B', 40))
    await until('they have been tried', () => system.simulators.notify.requests >= 36, patient)
    await system.stopService('notifier')
    await system.startService('notifier')
    await askForEmails(...references('G', 20))
    await until('the good ones are sent', () => emailsAbout('G') === 20, 90_000)
  })

  it('hold up no good ones where one message alone seems to say that all is out', async () => {
    system = await start()
    notifyRefusesBad(always503)
    await askForEmails(...references('B', 1))
    await until('it has been tried again', () => system.simulators.notify.requests >= 3, patient)
    await askForEmails(...references('G', 3))
    await until('the good ones are sent', () => emailsAbout('G') === 3, patient)
  })

  it('hold up no good ones where few are in hand at once', async () => {
    system = await start()
    const bad = {
      match: ({ ticket }: { ticket: Record<string, unknown> }) => issueOf(ticket).startsWith('B'),
    }
    system.simulators.helpdesk.misbehave({ kind: 'status', status: 500, when: bad })
    await askForTickets(...references('B', 6))
    await until('they have been tried', () => system.simulators.helpdesk.requests >= 8, patient)
    await askForTickets(...references('G', 3))
    await until('the good ones are raised', () => ticketsAbout('G') === 3, patient)
    await until(
      'the bad ones use up attempts',
      async () => (await consumer('raise-ticket')).again > 0,
      patient,
    )
  })
})

describe('an outage', () => {
  it.each<[string, Misbehaviour]>([
    ['says so', always503],
    ['answers everything with 500', always500],
    ['cuts every connection', { kind: 'refuse' }],
  ])('of an upstream that %s costs no attempt, and ends for all', async (_, misbehaviour) => {
    system = await start()
    await system.startService('notifier', 'second notifier')
    const { notify } = system.simulators
    notify.misbehave(misbehaviour)
    await askForEmails(...references('G', 30))
    const tried = () => notify.requests
    await until('it is found out', () => tried() >= 3, patient)
    const before = tried()
    await until('it is tried again and again', () => tried() >= before + 6, patient)
    notify.behaveWell()
    await until('all is sent', () => emailsAbout('G') === 30, patient)
    await system.settled(patient)
    expect(notify.calls).toHaveLength(30)
    expect(await consumer('send-email')).toEqual({ deliveries: 30, again: 0 })
  })
})
