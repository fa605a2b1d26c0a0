import { afterEach, expect, it, vi } from 'vitest'
import { streams } from '#shared/contracts'
import { Control } from '#shared/messaging'
import type { Misbehaviour } from '../testing/simulators/misbehaviour.js'
import { BareClient } from './support/bare-client.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

const clock = '2026-11-18 10:30:00'
const patient = 60_000

let system: System
afterEach(() => system.stop())

const rows = (Task: string, count: number, AdditionalData: string) =>
  Array.from({ length: count }, (_, i) => ({
    ...{ Task, AdditionalData, DateCreated: `${clock}.000`, Status: 'PENDING' },
    ...{ Reference: `ABC${1000 + i}`, EligibilityId: 1, ClaimId: 1 },
  }))

const isRefusing = (name: string) =>
  system.services
    .get(name)
    ?.app.get(Control)
    .state.refusals.some(([, refusing]) => refusing) === true

async function deadLetters(): Promise<number> {
  const client = await BareClient.connect(system.nats.url)
  const letters = await client.read(streams.deadLetters.name)
  await client.close()
  return letters.length
}

const refusal = (status: number): Misbehaviour => ({ kind: 'status', status })

it.each([
  ['Notify', 'notify', 403],
  ['Notify', 'notify', 401],
  ['the helpdesk', 'helpdesk', 401],
  ['the helpdesk', 'helpdesk', 403],
] as const)('what %s refuses for its key waits, without an attempt (%s, %d)', async (_, upstream, status) => {
  system = await System.start({ clock, services: ['task-relay', 'notifier'] })
  await system.startService('notifier', 'second notifier')
  const simulator = system.simulators[upstream]
  simulator.misbehave(refusal(status))
  const asked =
    upstream === 'notify'
      ? rows('SEND-MALWARE-ALERT', 20, 'operations@example.com')
      : rows('TECHNICAL_HELP_SUBMITTED', 20, 'Sam Example~~sam@example.com~~It is broken')
  await system.connection.db.insertInto('ExtSchema.Task').values(asked).execute()
  await until('all replicas know', () => ['notifier', 'second notifier'].every(isRefusing), patient)
  const before = simulator.requests
  await until('it is tried now and then', () => simulator.requests >= before + 2, patient)
  expect(await deadLetters()).toBe(0)
  simulator.behaveWell()
  await system.settled(90_000)
  expect(simulator.calls).toHaveLength(20)
  expect(['notifier', 'second notifier'].some(isRefusing)).toBe(false)
  expect(await deadLetters()).toBe(0)
  // Each of these is a delivery more: for one that is not to be, its reason is told.
  expect(system.logLines.filter((line) => line.includes('message not handled'))).toEqual([])
  const client = await BareClient.connect(system.nats.url)
  const consumer = upstream === 'notify' ? 'send-email' : 'raise-ticket'
  const info = await client.consumer(streams.notifications.name, consumer)
  await client.close()
  expect(info.delivered.consumer_seq).toBe(20)
})
