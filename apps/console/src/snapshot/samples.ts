import type { HandlerStatus, ServerStatus } from '#shared/operations'

/** How far the handlers were at one moment. */
export interface Sample {
  readonly at: Date
  /** Waiting for any handler. */
  readonly waiting: number
  /** Delivered to each since its consumer was made. */
  readonly delivered: Readonly<Record<string, number>>
}

const everyMs = 15_000
/** An hour of them. */
const most = 240

/** What was seen in the last hour, one sample every quarter of a minute at most. */
export class Samples {
  private readonly kept: Sample[] = []

  get all(): readonly Sample[] {
    return this.kept
  }

  add(at: Date, { handlers }: Pick<ServerStatus, 'handlers'>): void {
    const last = this.kept.at(-1)
    if (last && at.getTime() - last.at.getTime() < everyMs) return
    this.kept.push({
      at,
      waiting: sum(handlers.map(({ lag }) => lag)),
      delivered: Object.fromEntries(handlers.map(({ name, delivered }) => [name, delivered])),
    })
    if (this.kept.length > most) this.kept.shift()
  }
}

const minuteMs = 60_000

/** How many a handler was given in a minute, lately; undefined until there is something to compare with. */
export function ratePerMinute(
  samples: readonly Sample[],
  { name, delivered }: Pick<HandlerStatus, 'name' | 'delivered'>,
  now: Date,
): number | undefined {
  const since = samples.find(({ at }) => now.getTime() - at.getTime() <= 2 * minuteMs)
  const before = since?.delivered[name]
  const ms = since ? now.getTime() - since.at.getTime() : 0
  // Made anew, a consumer counts from the beginning.
  if (before === undefined || ms < 1_000 || delivered < before) return undefined
  return ((delivered - before) * minuteMs) / ms
}

/** What was delivered in a minute between one sample and the next, of all handlers together. */
export function throughput(samples: readonly Sample[]): { at: Date; perMinute: number }[] {
  return samples.slice(1).map((sample, place) => {
    const before = samples[place] as Sample
    const ms = sample.at.getTime() - before.at.getTime()
    const grown = Object.entries(sample.delivered).map(([name, count]) =>
      Math.max(0, count - (before.delivered[name] ?? count)),
    )
    return { at: sample.at, perMinute: (sum(grown) * minuteMs) / ms }
  })
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
