import { afterEach, it, vi } from 'vitest'
import { controlKeys } from '#shared/contracts'
import { Log } from '#shared/logging'
import { ControlBucket, NatsClient, natsSettings } from '#shared/messaging'
import { System } from './support/system.js'
import { until } from './support/until.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const clock = '2026-11-18 10:30:00'
const [hour, day] = [3_600_000, 24 * 3_600_000]

let system: System
afterEach(() => system.stop())

/** As somebody left it who has the notifier's rights. */
async function writeMarks(marks: Record<string, unknown>): Promise<void> {
  const client = new NatsClient(
    natsSettings(system.nats.envOf('notifier')),
    'notifier',
    Log.create('test', 'silent'),
  )
  await client.connect()
  const bucket = new ControlBucket(client)
  await bucket.open()
  for (const [key, value] of Object.entries(marks)) await bucket.put(key, value)
  await client.close()
}

const outFor = (at: number) => ({ since: at, at, until: at + 10_000, reason: 'notify-503', probes: 3 })
const usedUp = (at: number) => ({ [Math.floor(at / 6_000)]: 2_700 })

it.each<[string, (now: number) => readonly [out: unknown, rate: unknown]]>([
  ['an hour ahead', (now) => [outFor(now + hour), usedUp(now + hour)]],
  ['a day ahead', (now) => [outFor(now + day), usedUp(now + day)]],
  ['a day ahead, by an older release', (now) => [{ ...outFor(now + day), at: undefined }, usedUp(now + day)]],
  ['that is broken', () => [{ until: 'soon' }, ['garbage', { 7: 'many' }]]],
])('a mark by a clock %s holds nobody up', async (_, marks) => {
  system = await System.start({ clock, services: ['task-relay'] })
  const [out, rate] = marks(Date.now())
  await writeMarks({ [controlKeys.upstream('notify')]: out, [controlKeys.rate('notify')]: rate })
  await system.startService('notifier')
  const row = {
    ...{ Task: 'SEND-MALWARE-ALERT', Reference: 'ABC1234', EligibilityId: 1, ClaimId: 1, Status: 'PENDING' },
    ...{ AdditionalData: 'operations@example.com', DateCreated: `${clock}.000` },
  }
  await system.connection.db.insertInto('ExtSchema.Task').values(row).execute()
  await until('the email is sent', () => system.simulators.notify.calls.length === 1, 20_000)
})
