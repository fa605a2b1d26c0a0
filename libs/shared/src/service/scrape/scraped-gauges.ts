import { Gauge, Registry } from 'prom-client'
import { bounded, KeptAnswer } from '../health/index.js'
import { describeError, type Log } from '../../logging/index.js'
import { scrapedGauges, type ScrapedGaugeName } from '../../telemetry/index.js'

/** A gauge's values at one moment, by their labels. A gauge that is not there cannot be known. */
export type Readings = Partial<
  Record<
    ScrapedGaugeName,
    readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[]
  >
>

/** Well within the ten seconds that Prometheus waits for everything, in milliseconds. */
const answerMs = 1_000
/** Several scrapers and impatient people are one question, in milliseconds. */
const keptMs = 3_000

/** What a service finds out when it is asked for its metrics, from whatever source it has. */
export class ScrapedGauges {
  private readonly sources: (() => Promise<Readings>)[] = []

  constructor(private readonly log: Log) {}

  /** @param read asked at most once in a few seconds; it may throw, and it may hang */
  add(read: () => Promise<Readings>): void {
    const answer = new KeptAnswer(read, { keptMs, failuresToo: false })
    this.sources.push(() => answer.get())
  }

  /** @param read asked each time, for it asks nobody itself */
  addKnown(read: () => Readings): void {
    this.sources.push(() => Promise.resolve().then(read))
  }

  /** The gauges that can be known now, in the text format of Prometheus; in bounded time, and never rejecting. */
  async text(): Promise<string> {
    const readings = await Promise.all(this.sources.map((read) => this.ask(read)))
    const registry = new Registry()
    for (const known of readings) show(known, registry)
    return registry.metrics()
  }

  private async ask(read: () => Promise<Readings>): Promise<Readings> {
    try {
      return await bounded(read(), answerMs)
    } catch (error) {
      this.log.debug('gauges left out', { reason: describeError(error).name })
      return {}
    }
  }
}

function show(readings: Readings, registry: Registry): void {
  for (const [key, values] of Object.entries(readings)) {
    const { name, help, labelNames } = scrapedGauges[key as ScrapedGaugeName]
    const gauge = new Gauge({ name, help, labelNames, registers: [registry] })
    for (const { labels = {}, value } of values) gauge.set(labels, value)
  }
}
