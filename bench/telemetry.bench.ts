import { startNatsServer } from '../testing/nats-server/index.js'
import { ClaimsTurns } from './telemetry-claims.js'
import { median, type Benchmark, type Figure } from './figures.js'
import { MessagingParts } from './messaging-parts.js'
import { consumeRouted, fill, type Speed } from './routed-messages.js'
import { Collector, doWork } from './telemetry-work.js'

/** Rounds that are measured, an odd number for the median, after those for the compiler and the disk's cache. */
const routerRounds = { warmUps: 1, measured: 7 }
const workRounds = { warmUps: 1, measured: 5 }
const claimRounds = { warmUps: 4, measured: 7 }

type Progress = Parameters<Benchmark>[0]
type Turn<Name extends string> = Record<Name, Speed>

/**
 * What it costs to be seen. The router with an empty handler, with what counts and times and without, turn about in one
 * process. And a service that commits each message to a database file and publishes a follow-up, a process for each
 * run: as it is by default, with Prometheus asking, and with traces too. And the whole flow of claims, all services.
 */
export const telemetryBench: Benchmark = async (progress) => {
  const server = await startNatsServer()
  const collector = await Collector.start()
  const counting = new MessagingParts(server.url)
  const plain = new MessagingParts(server.url, false)
  try {
    await Promise.all([counting.connect(), plain.connect()])
    progress('telemetry: storing messages')
    await fill(counting)
    const routed = await rounds('router', routerRounds, progress, {
      without: (run) => consumeRouted(plain, run),
      off: (run) => consumeRouted(counting, run),
    })
    const options = { natsUrl: server.url, collector: collector.url }
    const worked = await rounds('service', workRounds, progress, {
      off: (run) => doWork({ natsUrl: server.url, run, scraped: false }),
      metrics: (run) => doWork({ natsUrl: server.url, run, scraped: true }),
      all: (run) => doWork({ ...options, run, scraped: true }),
    })
    const claims = await ClaimsTurns.start(collector.url)
    try {
      const whole = await rounds('claims', claimRounds, progress, {
        off: () => claims.take('off'),
        all: () => claims.take('all'),
        sampled: () => claims.take('sampled'),
      })
      return [
        ...routerFigures(routed),
        layersFigure(routed, worked),
        ...workFigures(worked, collector.bytes),
        ...claimFigures(whole),
      ]
    } finally {
      await claims.stop()
    }
  } finally {
    await Promise.all([counting.close(), plain.close(), collector.stop()])
    await server.stop()
  }
}

/** Each in turn, and each round begins with another one. */
async function rounds<Name extends string>(
  what: string,
  { warmUps, measured }: typeof routerRounds,
  progress: Progress,
  measures: Record<Name, (run: string) => Promise<Speed>>,
): Promise<Turn<Name>[]> {
  const names = Object.keys(measures) as Name[]
  const turns: Turn<Name>[] = []
  for (let round = 0; round < warmUps + measured; round++) {
    const turn: Partial<Turn<Name>> = {}
    for (let place = 0; place < names.length; place++) {
      const name = names[(round + place) % names.length] as Name
      turn[name] = await measures[name](`${what}-${name}-${round}`)
    }
    const whole = turn as Turn<Name>
    const said = names.map(
      (name) => `${name} ${Math.round(whole[name].rate)}/s ${whole[name].cpu.toFixed(1)} µs`,
    )
    progress(`telemetry, ${what}: ${said.join(', ')}`)
    if (round >= warmUps) turns.push(whole)
  }
  return turns
}

const middle = <Name extends string>(turns: readonly Turn<Name>[], name: Name, what: keyof Speed) =>
  median(turns.map((turn) => turn[name][what]))

/** Within a round the machine is equally busy for all; between rounds it may not be. */
const ratio = <Name extends string>(
  turns: readonly Turn<Name>[],
  what: keyof Speed,
  over: Name,
  under: Name,
) => median(turns.map((turn) => turn[over][what] / turn[under][what]))

const routerFigures = (turns: readonly Turn<'without' | 'off'>[]): Figure[] => [
  { name: 'router, telemetry off', value: middle(turns, 'off', 'rate'), unit: 'messages/s' },
  { name: 'router without its layers', value: middle(turns, 'without', 'rate'), unit: 'messages/s' },
  {
    name: 'off / without, messages/s',
    value: ratio(turns, 'rate', 'off', 'without'),
    unit: '',
    target: { atLeast: 0.99 },
  },
  { name: 'off / without, processor time', value: ratio(turns, 'cpu', 'off', 'without'), unit: '' },
]

/**
 * An empty handler shows what the layers cost, and makes it look like much: the share is that of a message with work in
 * it. Beside that work itself, two microseconds would never be seen.
 */
const layersFigure = (
  routed: readonly Turn<'without' | 'off'>[],
  worked: readonly Turn<'off'>[],
): Figure => ({
  name: 'off - without, of the processor time of a service with a database',
  value: median(routed.map(({ off, without }) => off.cpu - without.cpu)) / middle(worked, 'off', 'cpu'),
  unit: '',
  target: { under: 0.01 },
})

const claimFigures = (turns: readonly Turn<'off' | 'all' | 'sampled'>[]): Figure[] => [
  { name: 'whole flow, telemetry off', value: middle(turns, 'off', 'rate'), unit: 'claims/s' },
  {
    name: 'scraped and traced / off, claims/s',
    value: ratio(turns, 'rate', 'all', 'off'),
    unit: '',
    target: { atLeast: 0.9 },
  },
  {
    name: 'scraped and traced / off, processor time a claim',
    value: ratio(turns, 'cpu', 'all', 'off'),
    unit: '',
  },
  {
    name: 'scraped, one trace in ten kept / off, claims/s',
    value: ratio(turns, 'rate', 'sampled', 'off'),
    unit: '',
    target: { atLeast: 0.9 },
  },
  {
    name: 'scraped, one trace in ten kept / off, processor time a claim',
    value: ratio(turns, 'cpu', 'sampled', 'off'),
    unit: '',
  },
]

const workFigures = (turns: readonly Turn<'off' | 'metrics' | 'all'>[], bytes: number): Figure[] => [
  { name: 'service with a database, telemetry off', value: middle(turns, 'off', 'rate'), unit: 'messages/s' },
  { name: 'scraped / off, messages/s', value: ratio(turns, 'rate', 'metrics', 'off'), unit: '' },
  { name: 'scraped / off, processor time', value: ratio(turns, 'cpu', 'metrics', 'off'), unit: '' },
  {
    name: 'scraped and traced / off, messages/s',
    value: ratio(turns, 'rate', 'all', 'off'),
    unit: '',
    target: { atLeast: 0.9 },
  },
  { name: 'scraped and traced / off, processor time', value: ratio(turns, 'cpu', 'all', 'off'), unit: '' },
  { name: 'traces sent', value: bytes / 1e6, unit: 'MB' },
]
