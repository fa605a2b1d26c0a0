import type { Log } from '../../logging/index.js'
import type { ConsumerDefinition } from '../handlers/consumer-definition.js'
import type { NatsClient } from '../broker/nats-client.js'
import { BrokerApi } from './broker-api.js'
import { inWords } from './differences.rules.js'
import { fitnessOf } from './release.rules.js'
import { nameOf, Reported } from './reported.js'
import { topologyRevision } from './revision.js'
import { wantedConsumer, wantedStreams, type Config, type Wanted } from './wanted.js'

/** What an operator does about what is missing or foreign. */
const remedy = 'see to it that npm run nats:provision runs'

/** What is not as this release needs it. */
export interface Unfit {
  readonly name: string
  /** Absent for a stream. */
  readonly consumer?: string
  /** In an operator's words. */
  readonly words: string
  /** Nothing can be fetched or published: it is not there, or lacks a subject of ours. */
  readonly lacking: boolean
  /** A consumer that gives nothing to anybody, by somebody's order. */
  readonly paused: boolean
}

/** Looks at the streams and consumers that the topology keeper keeps, and holds them against the code. Changes nothing. */
export class Topology {
  private readonly api: BrokerApi
  private readonly reported: Reported
  private readonly unfit = new Map<string, Unfit>()

  constructor(
    private readonly nats: NatsClient,
    log: Log,
  ) {
    this.api = new BrokerApi(nats)
    this.reported = new Reported(log)
  }

  /** What was not as it should be when it was last looked at. */
  get problems(): readonly Unfit[] {
    return [...this.unfit.values()]
  }

  /** Looks at all streams, and says in the log what is new. @throws where the broker does not answer */
  lookAtStreams(): Promise<Unfit[]> {
    return this.lookAt(wantedStreams(this.nats.settings))
  }

  /** The same of consumers. */
  lookAtConsumers(definitions: readonly ConsumerDefinition[]): Promise<Unfit[]> {
    return this.lookAt(definitions.map((definition) => wantedConsumer(definition, this.nats.settings)))
  }

  private async lookAt(all: readonly Wanted[]): Promise<Unfit[]> {
    const found = await Promise.all(all.map((wanted) => this.holdAgainst(wanted)))
    return found.flatMap((unfit) => unfit ?? [])
  }

  private async holdAgainst(wanted: Wanted): Promise<Unfit | undefined> {
    const name = nameOf(wanted)
    const unfit = unfitOf(wanted, await this.api.config(wanted))
    if (!unfit) {
      this.unfit.delete(name)
      this.reported.over(name)
      return undefined
    }
    this.unfit.set(name, unfit)
    this.reported.note(name, unfit.words)
    return unfit
  }
}

/** How what is there differs from what this release needs; undefined where all is as wanted. */
export function unfitOf(wanted: Wanted, present: Config | undefined): Unfit | undefined {
  const { consumer } = wanted
  const name = nameOf(wanted)
  const of = { name, ...(consumer === undefined ? {} : { consumer }) }
  const say = (words: string, how: Partial<Unfit>): Unfit => ({
    ...of,
    words: `${name} ${words}: ${remedy}`,
    lacking: false,
    paused: false,
    ...how,
  })
  if (!present) return say('is not there', { lacking: true })
  const { missing, found } = fitnessOf(present, wanted.config, topologyRevision)
  if (missing.length) return say(`lacks ${missing.join(', ')}`, { lacking: true })
  if (!found.length) return undefined
  const paused = found.some(({ setting }) => setting === 'pause_until')
  return say(`is not as it should be (${inWords(found)})`, { paused })
}
