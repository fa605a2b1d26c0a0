import { startNatsServer } from '../tools/nats-server/index.js'
import { median, type Benchmark, type Figure } from './figures.js'
import { MessagingParts } from './messaging-parts.js'
import { consumeRouted, fill, type Speed } from './routed-messages.js'

const rounds = 9

/** What it costs to count and time every message: the router with and without, turn about in one process. */
export const telemetryBench: Benchmark = async (progress) => {
  const server = await startNatsServer()
  const parts = { with: new MessagingParts(server.url), without: new MessagingParts(server.url, false) }
  try {
    await Promise.all([parts.with.connect(), parts.without.connect()])
    await fill(parts.with)
    const taken: Record<'with' | 'without', Speed>[] = []
    for (let round = 0; round <= rounds; round++) {
      const order = round % 2 ? (['with', 'without'] as const) : (['without', 'with'] as const)
      const turn: Partial<Record<'with' | 'without', Speed>> = {}
      for (const name of order) turn[name] = await consumeRouted(parts[name], `${name}-${round}`)
      const both = turn as Record<'with' | 'without', Speed>
      progress(
        `telemetry: ${order.map((name) => `${name} ${Math.round(both[name].rate)}/s ${both[name].cpu.toFixed(1)} us`).join(', ')}`,
      )
      if (round > 0) taken.push(both)
    }
    const ratio = (what: keyof Speed) => median(taken.map((turn) => turn.with[what] / turn.without[what]))
    return [
      { name: 'metrics / without, rate', value: ratio('rate'), unit: '' },
      { name: 'metrics / without, cpu', value: ratio('cpu'), unit: '' },
    ] satisfies Figure[]
  } finally {
    await Promise.all([parts.with.close(), parts.without.close()])
    await server.stop()
  }
}
