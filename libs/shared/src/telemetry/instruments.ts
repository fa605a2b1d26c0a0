import type { Metric, Registry } from 'prom-client'
import { currentService } from './service-scope.js'

/** A value for each label. */
export type Labels<Label extends string> = Readonly<Record<Label, string>>

interface Sample {
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

type SeriesByKey<Label extends string, Series> = Map<string, { labels: Labels<Label>; series: Series }>

/**
 * What the registry shows of one metric. prom-client's own counters and histograms look their labels up anew for each
 * number, which takes microseconds; here whoever counts often keeps hold of the series it counts in.
 */
abstract class Instrument<Label extends string, Series> {
  /** Of several services in one process each counts for itself. */
  private readonly ofServices = new Map<string, SeriesByKey<Label, Series>>()
  abstract readonly type: 'counter' | 'gauge' | 'histogram'

  constructor(
    readonly name: string,
    readonly help: string,
    readonly labelNames: readonly Label[],
  ) {}

  /** The series of these labels, shown from now on. */
  of(labels: Labels<Label>): Series {
    const key = this.labelNames.map((name) => labels[name]).join('\n')
    const all = this.series()
    const known = all.get(key)
    if (known) return known.series
    const series = this.begin()
    all.set(key, { labels, series })
    return series
  }

  /** For the registry. */
  get() {
    const values = [...this.series().values()].flatMap(({ labels, series }) => this.samples(labels, series))
    return Promise.resolve({ name: this.name, help: this.help, type: this.type, values, aggregator: 'sum' })
  }

  /** For the registry: every series from nought. */
  reset(): void {
    for (const { series } of this.series().values()) this.clear(series)
  }

  registerIn(registry: Registry): this {
    // The registry asks no more of a metric than name, `get` and `reset`; its type names prom-client's own classes.
    registry.registerMetric(this as unknown as Metric)
    return this
  }

  private series(): SeriesByKey<Label, Series> {
    const service = currentService() ?? ''
    const known = this.ofServices.get(service)
    if (known) return known
    const series: SeriesByKey<Label, Series> = new Map()
    // One without labels is there from the start.
    if (!this.labelNames.length) series.set('', { labels: {} as Labels<Label>, series: this.begin() })
    this.ofServices.set(service, series)
    return series
  }

  protected abstract begin(): Series
  protected abstract clear(series: Series): void
  protected abstract samples(labels: Labels<Label>, series: Series): Sample[]
}

/** A number that code adds to. */
export class Tally {
  value = 0

  add(count: number): void {
    this.value += count
  }
}

/** Things that happened, or (`gauge`) that are there at the moment. */
export class Counting<Label extends string> extends Instrument<Label, Tally> {
  constructor(
    name: string,
    help: string,
    labelNames: readonly Label[],
    readonly type: 'counter' | 'gauge' = 'counter',
  ) {
    super(name, help, labelNames)
  }

  inc(labels: Labels<Label>, count = 1): void {
    this.of(labels).add(count)
  }

  protected begin(): Tally {
    return new Tally()
  }
  protected clear(tally: Tally): void {
    tally.value = 0
  }
  protected samples(labels: Labels<Label>, { value }: Tally): Sample[] {
    return [{ labels, value }]
  }
}

/** How often each length of time was observed. */
export class Spread {
  readonly counts: number[]
  sum = 0

  /** @param bounds in seconds, each included in its bucket, ascending */
  constructor(readonly bounds: readonly number[]) {
    this.counts = Array<number>(bounds.length + 1).fill(0)
  }

  observe(seconds: number): void {
    let bucket = 0
    while (seconds > (this.bounds[bucket] ?? Infinity)) bucket++
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
    this.sum += seconds
  }
}

/** A histogram of seconds. A series that nothing was observed of is not shown: it is many lines. */
export class Timing<Label extends string> extends Instrument<Label, Spread> {
  readonly type = 'histogram'

  constructor(
    name: string,
    help: string,
    labelNames: readonly Label[],
    private readonly bounds: readonly number[],
  ) {
    super(name, help, labelNames)
  }

  observe(labels: Labels<Label>, seconds: number): void {
    this.of(labels).observe(seconds)
  }

  protected begin(): Spread {
    return new Spread(this.bounds)
  }
  protected clear(spread: Spread): void {
    spread.counts.fill(0)
    spread.sum = 0
  }
  protected samples(labels: Labels<Label>, { bounds, counts, sum }: Spread): Sample[] {
    let total = 0
    const upTo = [...bounds, '+Inf'].map((le, bucket) => ({
      metricName: `${this.name}_bucket`,
      labels: { ...labels, le },
      value: (total += counts[bucket] ?? 0),
    }))
    if (!total) return []
    return [
      ...upTo,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: total },
    ]
  }
}
