import { submit } from '../testing/simulators/external-web-app/index.js'
import { processorTimeOf, serviceNames } from '../testing/services/index.js'
import { variedClaims } from './claims.bench.js'
import { ClaimsWorld } from './claims-world.js'
import type { Speed } from './routed-messages.js'
import { scrape, scrapeMs } from './telemetry-work.js'
import { until } from './until.js'

const waiting = 500

export type Seen = 'off' | 'all' | 'sampled'

/** The whole flow three times over: unseen, with metrics and every trace, and with one trace in ten. */
export class ClaimsTurns {
  private readonly submitted = new Map<Seen, number>()

  private constructor(private readonly worlds: Readonly<Record<Seen, ClaimsWorld>>) {}

  static async start(collector: string): Promise<ClaimsTurns> {
    const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: collector }
    const sampled = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' }
    const worlds = {
      off: await ClaimsWorld.start(),
      all: await ClaimsWorld.start(traced),
      sampled: await ClaimsWorld.start({ ...traced, ...sampled }),
    }
    for (const world of Object.values(worlds)) for (const name of serviceNames) await world.startService(name)
    return new ClaimsTurns(worlds)
  }

  /** Some hundred claims, as fast as a web app can submit them, until nothing is left to be done. */
  async take(seen: Seen): Promise<Speed> {
    const world = this.worlds[seen]
    const first = 1 + (this.submitted.get(seen) ?? 0)
    this.submitted.set(seen, first - 1 + waiting)
    const claims = variedClaims(world, first, waiting)
    await world.expect(claims)
    const scraping = setInterval(() => void this.scrape(seen), scrapeMs)
    try {
      const [begun, before] = [performance.now(), processorTime(world)]
      await submit(world.connection, claims, { clock: world.clock })
      await until('every claim has ended', () => world.isIdle(), { everyMs: 20, limitMs: 300_000 })
      const seconds = (performance.now() - begun) / 1_000
      const cpu = ((processorTime(world) - before) * 1_000) / waiting
      await world.verify(claims)
      return { rate: waiting / seconds, cpu }
    } finally {
      clearInterval(scraping)
    }
  }

  async stop(): Promise<void> {
    for (const world of Object.values(this.worlds)) await world.stop()
  }

  private async scrape(seen: Seen): Promise<void> {
    if (seen === 'off') return
    await Promise.all(this.worlds[seen].services.map(({ port }) => scrape(port)))
  }
}

/** Of all services, in milliseconds so far. */
const processorTime = ({ services }: ClaimsWorld): number =>
  services.reduce((sum, { pid }) => sum + processorTimeOf(pid), 0)
