import { setTimeout as delay } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { streams } from '#shared/contracts'
import {
  claimKinds,
  claimOfKind,
  submit,
  type SubmittedClaim,
} from '../testing/simulators/external-web-app/index.js'
import { serviceNames } from '../testing/services/index.js'
import { ClaimsWorld } from './claims-world.js'
import { median, percentile, type Benchmark } from './figures.js'
import { until } from './until.js'

const outageSeconds = Number(process.env.OUTAGE_SECONDS ?? 600)
const claimsBefore = 120
/** Milliseconds between the arrivals of two claims. */
const arrivalMs = 500
const backWithinSeconds = 60

type Progress = Parameters<Benchmark>[0]

/** Notify is away for ten minutes (`OUTAGE_SECONDS`): what that costs the others, and its own work when it is back. */
export const outageBench: Benchmark = async (progress) => {
  const world = await ClaimsWorld.start()
  try {
    for (const name of serviceNames) await world.startService(name)
    const stream = new Arrivals(world)
    const before = await stream.take(claimsBefore)
    await world.simulators.misbehave('notify', { kind: 'status', status: 503 })
    const during = await duringOutage(stream, progress)
    const waiting = (await emailsSent(world)).length
    await world.simulators.behaveWell('notify')
    const back = performance.now()
    await until('every claim has ended', () => world.isIdle(), { everyMs: 20, limitMs: 600_000 })
    const seconds = (performance.now() - back) / 1_000
    await world.verify(stream.claims)
    const sent = (await emailsSent(world)).length
    const { deliveries, messages } = await deliveriesOfEmails(world)
    return [
      { name: 'claim without its emails before the outage, p50', value: median(before), unit: 'ms' },
      { name: 'claim without its emails during the outage, p50', value: median(during), unit: 'ms' },
      { name: 'the same, p99 before', value: percentile(before, 0.99), unit: 'ms' },
      { name: 'the same, p99 during', value: percentile(during, 0.99), unit: 'ms' },
      {
        name: 'during / before, medians',
        value: median(during) / median(before),
        unit: '',
        target: { under: 1.25 },
      },
      { name: 'length of the outage', value: outageSeconds, unit: 's' },
      { name: 'emails sent after it', value: sent - waiting, unit: '' },
      {
        name: 'until all of them were sent',
        value: seconds,
        unit: 's',
        target: { under: backWithinSeconds },
      },
      {
        name: 'deliveries beyond one a message',
        value: deliveries - messages,
        unit: '',
        target: { under: 1 },
      },
    ]
  } finally {
    await world.stop()
  }
}

async function duringOutage(stream: Arrivals, progress: Progress): Promise<number[]> {
  const end = performance.now() + outageSeconds * 1_000
  const times: number[] = []
  while (performance.now() < end) {
    times.push(...(await stream.take(Math.round(60_000 / arrivalMs), end)))
    progress(`outage: ${Math.round((end - performance.now()) / 1_000)} s to go`)
  }
  return times
}

const emailsSent = async (world: ClaimsWorld) => (await world.simulators.calls()).notify

/** Claims that arrive one after another, each at its time. */
class Arrivals {
  readonly claims: SubmittedClaim[] = []

  constructor(private readonly world: ClaimsWorld) {}

  /** Milliseconds from each claim's commit until all is done for it but its emails; so many claims, or until `end`. */
  async take(count: number, end = Number.POSITIVE_INFINITY): Promise<number[]> {
    const times: number[] = []
    while (times.length < count && performance.now() < end) {
      const next = performance.now() + arrivalMs
      times.push(await this.one())
      await delay(Math.max(0, next - performance.now()))
    }
    return times
  }

  private async one(): Promise<number> {
    const { connection, clock } = this.world
    const kind = claimKinds[this.claims.length % claimKinds.length] ?? 'first-time'
    const claim = claimOfKind(kind, this.claims.length + 1, clock.now())
    this.claims.push(claim)
    await this.world.expect([claim])
    let submitted = 0
    await submit(connection, [claim], { clock, onSubmitted: () => (submitted = performance.now()) })
    await until('the claim is done but for its emails', () => this.isDone(claim.reference), {
      everyMs: 2,
      limitMs: 60_000,
    })
    return performance.now() - submitted
  }

  private async isDone(reference: string): Promise<boolean> {
    const { db } = this.world.connection
    const external = await db
      .selectFrom('ExtSchema.Task')
      .select('TaskId')
      .where('Reference', '=', reference)
      .where('Status', 'in', ['PENDING', 'IN-PROGRESS'])
      .execute()
    if (external.length) return false
    const internal = await db
      .selectFrom('AsyncSchema.Outbox')
      .select('OutboxId')
      .where('DateEnded', 'is', null)
      .where('Subject', 'like', 'claims.%')
      .execute()
    return internal.length === 0
  }
}

async function deliveriesOfEmails({ nats }: ClaimsWorld): Promise<{ deliveries: number; messages: number }> {
  const connection = await connect({ servers: nats.url })
  const manager = await jetstreamManager(connection)
  const { delivered } = await manager.consumers.info(streams.notifications.name, 'send-email')
  const { state } = await manager.streams.info(streams.notifications.name)
  await connection.close()
  return { deliveries: delivered.consumer_seq, messages: state.messages }
}
