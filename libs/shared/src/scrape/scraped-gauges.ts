import { Gauge, Registry } from 'prom-client'
import { bounded } from '../health/index.js'
import { describeError, type Log } from '../logging/index.js'
import { scrapedGauges, type ScrapedGaugeName } from '../telemetry/index.js'

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
  private readonly sources: Source[] = []

  constructor(private readonly log: Log) {}

  /** @param read asked at most once in a few seconds; it may throw, and it may hang */
  add(read: () => Promise<Readings>): void {
    this.sources.push(new Source(read, keptMs))
  }

  /** @param read asked each time, for it asks nobody itself */
  addKnown(read: () => Readings): void {
    this.sources.push(new Source(() => Promise.resolve(read()), 0))
  }

  /** The gauges that can be known now, in the text format of Prometheus; in bounded time, and never rejecting. */
  async text(): Promise<string> {
    const readings = await Promise.all(this.sources.map((source) => this.ask(source)))
    const registry = new Registry()
    for (const known of readings) show(known, registry)
    return registry.metrics()
  }

  private async ask(source: Source): Promise<Readings> {
    try {
      return await bounded(source.readings(), answerMs)
    } catch (error) {
      this.log.debug('gauges left out', { reason: describeError(error).name })
      return {}
    }
  }
}

/** One question at a time, and its answer kept for a moment. A failure is not kept. */
class Source {
  private asked: Promise<Readings> | undefined
  private until = 0

  constructor(
    private readonly read: () => Promise<Readings>,
    private readonly forMs: number,
  ) {}

  readings(): Promise<Readings> {
    if (this.asked && performance.now() < this.until) return this.asked
    const asked = this.begin()
    // However long it takes: nobody asks a second time meanwhile.
    this.until = Infinity
    this.asked = asked
    asked.then(
      () => (this.until = performance.now() + this.forMs),
      () => (this.asked = undefined),
    )
    return asked
  }

  // Async, so that what it throws at once is a rejection too.
  private async begin(): Promise<Readings> {
    return this.read()
  }
}

function show(readings: Readings, registry: Registry): void {
  for (const [key, values] of Object.entries(readings)) {
    const { name, help, labelNames } = scrapedGauges[key as ScrapedGaugeName]
    const gauge = new Gauge({ name, help, labelNames, registers: [registry] })
    for (const { labels = {}, value } of values) gauge.set(labels, value)
  }
}
