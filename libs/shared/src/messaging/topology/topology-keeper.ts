import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../../logging/index.js'
import type { ConsumerDefinition } from '../handlers/consumer-definition.js'
import type { NatsClient } from '../broker/nats-client.js'
import { BrokerApi, ChangeRefused } from './broker-api.js'
import { differences, inWords } from './differences.rules.js'
import { planOf, type Plan } from './release.rules.js'
import { topologyRevision } from './revision.js'
import { nameOf, Reported } from './reported.js'
import { wantedConsumer, wantedStreams, type Wanted } from './wanted.js'

/** Between two looks, in milliseconds: so long a stream that was lost stays away. */
const everyMs = 1_000

export interface TopologyKeeperOptions {
  readonly consumers: readonly ConsumerDefinition[]
  /** Takes subjects away that this release does not ask for. */
  readonly takeBack?: boolean
  /** Only tests play another release. */
  readonly revision?: number
}

/** Creates the streams, the control bucket and all consumers, and puts right what is not as the code wants it. */
export class TopologyKeeper {
  private readonly api: BrokerApi
  private readonly reported: Reported
  private readonly stopping = new AbortController()
  private wake: () => void = () => undefined
  private watching: Promise<void> | undefined
  private problems: readonly string[] = ['nothing has been looked at yet']

  constructor(
    private readonly nats: NatsClient,
    private readonly log: Log,
    private readonly options: TopologyKeeperOptions,
  ) {
    this.api = new BrokerApi(nats)
    this.reported = new Reported(log)
  }

  /**
   * Looks at everything once and puts it right. Repeating is safe, and so are several at once.
   * @returns what could not be put right, in words; empty where all is as wanted
   * @throws where the broker does not answer, or has no leader
   */
  async provide(): Promise<string[]> {
    const { settings } = this.nats
    const streams = await this.eachOf(wantedStreams(settings))
    const consumers = this.options.consumers.map((definition) => wantedConsumer(definition, settings))
    return [...streams, ...(await this.eachOf(consumers))]
  }

  /** What was not as it should be after the last look, in words. */
  get lacks(): readonly string[] {
    return this.nats.lacks === undefined ? this.problems : [`NATS: ${this.nats.lacks}`]
  }

  /** The same without a broker that is away, which it is for everybody. */
  get faults(): readonly string[] {
    return this.nats.isAway ? [] : this.lacks
  }

  /** Goes on looking until it is stopped; at once after each new connection. */
  watch(): void {
    this.nats.onReconnect(() => this.wake())
    this.watching ??= this.look()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    this.wake()
    await this.watching
  }

  private async look(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => (this.wake = resolve))
      try {
        if (this.nats.isConnected) this.problems = await this.provide()
        this.reported.over('the broker')
      } catch (error) {
        this.problems = ['the broker does not tell of streams and consumers']
        this.reported.trouble('the broker', 'streams and consumers cannot be looked at', error)
      }
      const pause = delay(everyMs, undefined, { signal: this.stopping.signal }).catch(() => undefined)
      await Promise.race([woken, pause])
    }
  }

  /** One that is refused keeps none of the others from being put right. */
  private async eachOf(all: readonly Wanted[]): Promise<string[]> {
    const refused = await Promise.all(all.map((wanted) => this.see(wanted)))
    return refused.flat()
  }

  private async see(wanted: Wanted): Promise<string[]> {
    const name = nameOf(wanted)
    const present = await this.api.config(wanted)
    const { takeBack = false, revision = topologyRevision } = this.options
    const plan = planOf(present, wanted.config, { revision, takeBack })
    if (plan.kind === 'leave') {
      this.leave(name, plan)
      return []
    }
    try {
      await this.putRight(wanted, plan)
      this.reported.over(name)
      return []
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error
      const what = plan.kind === 'create' ? 'is not there' : inWords(plan.found)
      const words = `${name}: ${what}; the broker refuses to change it: ${error.message}`
      this.reported.trouble(name, words)
      return [words]
    }
  }

  private async putRight(wanted: Wanted, plan: Exclude<Plan, { kind: 'leave' }>): Promise<void> {
    const { stream, consumer } = wanted
    const target = { ...wanted, config: plan.config }
    const name = nameOf(wanted)
    if (plan.kind === 'create') {
      await this.api.create(target)
      return this.log.info(`${name} is created`)
    }
    const paused = plan.found.some(({ setting }) => setting === 'pause_until')
    if (consumer !== undefined && paused) await this.api.resume(stream, consumer)
    await this.api.change(target)
    // An old server drops settings it does not know without a word, and none tells of what it leaves as it was.
    const left = differences(plan.config, (await this.api.config(wanted)) ?? {})
    if (left.length) throw new ChangeRefused(`still ${inWords(left)}`)
    if (plan.found.length) this.log.warn(`${name} is put right: ${inWords(plan.found)}`)
  }

  private leave(name: string, { why, surplus }: Extract<Plan, { kind: 'leave' }>): void {
    if (why === 'newer-release')
      return this.reported.note(name, `${name} is of a newer release and left as it is`)
    if (!surplus.length) return this.reported.over(name)
    const words = `${name} has ${surplus.join(', ')} too, which only provision --take-back takes away`
    this.reported.note(name, words)
  }
}
