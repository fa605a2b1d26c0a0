import { afterAll, beforeAll, expect, it } from 'vitest'
import { subjects } from '#shared/contracts'
import { Log } from '#shared/logging'
import {
  Control,
  ControlBucket,
  NatsClient,
  natsSettings,
  policies,
  type HandlerGate,
} from '#shared/messaging'
import { provideOnce } from '../tools/provision/index.js'
import { startBroker, type Broker } from './support/broker.js'
import { until } from './support/until.js'

const replicas = 3
const rateLimit = { ...policies['send-email'].rateLimit, max: 40, everyMs: 1_000 }

let broker: Broker
const clients: NatsClient[] = []
const controls: Control[] = []

beforeAll(async () => {
  broker = await startBroker()
  await provideOnce(broker.envOf('provision'), { consumers: [] })
  const log = Log.create('test', 'silent')
  for (let replica = 0; replica < replicas; replica++) {
    const nats = new NatsClient(natsSettings(broker.envOf('notifier')), 'notifier', log)
    await nats.connect()
    clients.push(nats)
    controls.push(new Control(new ControlBucket(nats), nats, log))
  }
}, 60_000)

afterAll(async () => {
  for (const control of controls) control.stop()
  for (const client of clients) await client.close()
  await broker.stop()
})

/** A replica that always wants more, and writes down when it got how many. */
function takeGreedily(gate: HandlerGate, taken: { at: number; count: number }[]): void {
  const ask = () => {
    const count = gate.take(7)
    if (!count) return
    taken.push({ at: Date.now(), count })
    setImmediate(ask)
  }
  gate.onChange(ask)
  ask()
}

it('a rate limit holds for all replicas together, and lets through what it may', async () => {
  const policy = { ...policies['send-email'], rateLimit }
  const definition = { name: 'send-email', subjects: [subjects.notifyClaimAccepted], policy } as const
  const taken: { at: number; count: number }[] = []
  const gates = controls.map((control) => control.gateOf(definition))
  for (const control of controls) await control.start()
  const begun = Date.now()
  for (const gate of gates) takeGreedily(gate, taken)
  await until('four periods are over', () => Date.now() - begun > 4 * rateLimit.everyMs, 20_000)
  const inPeriodFrom = (from: number) =>
    taken
      .filter(({ at }) => at >= from && at < from + rateLimit.everyMs)
      .reduce((sum, { count }) => sum + count, 0)
  const most = Math.max(...taken.map(({ at }) => inPeriodFrom(at)))
  const all = taken.reduce((sum, { count }) => sum + count, 0)
  // What one replica has taken in advance, it may begin in the next period.
  expect(most).toBeLessThanOrEqual(rateLimit.max + replicas * 14)
  expect(all).toBeGreaterThan(2 * rateLimit.max)
  expect(all).toBeLessThanOrEqual(5 * rateLimit.max)
})
