import { setTimeout as delay } from 'node:timers/promises'
import { claimKinds, claimOfKind, submit, type SubmittedClaim } from '../simulators/external-web-app/index.js'
import { memoryOf, processorTimeOf, processorTimeOfMachine, serviceNames } from '../tools/services/index.js'
import { ClaimsWorld } from './claims-world.js'
import { median, percentile, type Benchmark, type Figure } from './figures.js'
import { until } from './until.js'

const waiting = 1_000
const rounds = 3
const relay = 'task-relay'
const oneByOne = 100
/** Not measured: they are for the compiler. */
const warmUps = 22

type Progress = Parameters<Benchmark>[0]

/** The whole flow, a service a process: many claims waiting, then one at a time; memory and start-up times beside. */
export const claimsBench: Benchmark = async (progress) => {
  const world = await ClaimsWorld.start()
  try {
    for (const name of serviceNames) if (name !== relay) await world.startService(name)
    const runs: Run[] = []
    const ofServices: Figure[] = []
    for (let round = 0; round < rounds; round++) {
      runs.push(await manyWaiting(world, round, progress))
      if (round === 0)
        ofServices.push(...world.services.flatMap(memoryFigures), ...world.services.map(startUpFigure))
      await world.stopService(relay)
    }
    await world.startService(relay)
    const latency = await oneAtATime(world, progress)
    return [...latency, ...throughputFigures(runs), ...ofServices]
  } finally {
    await world.stop()
  }
}

/** Claims of every kind in turn, with numbers from `first` on. */
export function variedClaims(world: ClaimsWorld, first: number, count: number): SubmittedClaim[] {
  const now = world.clock.now()
  return Array.from({ length: count }, (_, index) =>
    claimOfKind(claimKinds[index % claimKinds.length] ?? 'first-time', first + index, now),
  )
}

interface Run {
  readonly claimsPerSecond: number
  /** Milliseconds a claim. */
  readonly processorTimes: ReadonlyMap<string, number>
  /** What the rest of the machine took meanwhile, in cores. */
  readonly otherWork: number
}

/** The relay starts last: from its readiness until nothing is left to be done. */
async function manyWaiting(world: ClaimsWorld, round: number, progress: Progress): Promise<Run> {
  const claims = variedClaims(world, 1 + round * waiting, waiting)
  await world.expect(claims)
  progress(`claims: submitting ${waiting}`)
  await submit(world.connection, claims, { clock: world.clock })
  await world.startService(relay)
  const begun = performance.now()
  const before = processorTimes(world)
  const machineBefore = processorTimeOfMachine()
  await until('every claim has ended', () => world.isIdle(), { everyMs: 20, limitMs: 300_000 })
  const seconds = (performance.now() - begun) / 1_000
  const taken = [...processorTimes(world)].map(([name, ms]) => [name, ms - (before.get(name) ?? 0)] as const)
  const ours = taken.reduce((sum, [, ms]) => sum + ms, 0)
  const others = processorTimeOfMachine() - machineBefore - ours
  progress(`claims: ${waiting} ended after ${seconds.toFixed(1)} s`)
  await world.verify(claims)
  return {
    claimsPerSecond: waiting / seconds,
    processorTimes: new Map(taken.map(([name, ms]) => [name, ms / waiting])),
    otherWork: others / 1_000 / seconds,
  }
}

function throughputFigures(runs: readonly Run[]): Figure[] {
  const names = [...(runs[0]?.processorTimes.keys() ?? [])]
  const processorTime = (name: string) => median(runs.map((run) => run.processorTimes.get(name) ?? 0))
  return [
    {
      name: `${waiting} claims waiting, whole flow`,
      value: median(runs.map(({ claimsPerSecond }) => claimsPerSecond)),
      unit: 'claims/s',
      target: { atLeast: 50 },
    },
    ...names.map((name) => ({
      name: `${name}, processor time a claim`,
      value: processorTime(name),
      unit: 'ms',
    })),
    {
      name: 'all processes, processor time a claim',
      value: names.reduce((sum, name) => sum + processorTime(name), 0),
      unit: 'ms',
    },
    {
      name: 'other work on the machine meanwhile',
      value: median(runs.map(({ otherWork }) => otherWork)),
      unit: 'cores',
    },
  ]
}

/** Of every process that takes part, in milliseconds so far. */
function processorTimes({ services, nats, simulators }: ClaimsWorld): Map<string, number> {
  const processes = [
    ...services,
    { name: 'nats-server', pid: nats.pid },
    { name: 'simulators', pid: simulators.pid },
  ]
  return new Map(processes.map(({ name, pid }) => [name, processorTimeOf(pid)]))
}

/** From the commit of the Task row to the end of the claim's last message, looked for every two milliseconds. */
async function oneAtATime(world: ClaimsWorld, progress: Progress): Promise<Figure[]> {
  const claims = variedClaims(world, 1 + rounds * waiting, warmUps + oneByOne)
  progress(`claims: ${oneByOne} one at a time`)
  const times: number[] = []
  for (const claim of claims) {
    // Without it each would come at the same moment of the relay's round.
    await delay(Math.random() * 100)
    let submitted = 0
    await submit(world.connection, [claim], {
      clock: world.clock,
      onSubmitted: () => (submitted = performance.now()),
    })
    await until('the claim has ended', () => world.isIdle(), { everyMs: 2 })
    times.push(performance.now() - submitted)
  }
  await world.verify(claims)
  const measured = times.slice(warmUps)
  return [
    { name: 'one claim at a time, p50', value: median(measured), unit: 'ms', target: { under: 250 } },
    { name: 'one claim at a time, p99', value: percentile(measured, 0.99), unit: 'ms' },
  ]
}

function memoryFigures({ name, pid }: { name: string; pid: number }): Figure[] {
  const { now, peak } = memoryOf(pid)
  return [
    { name: `${name}, memory after ${waiting} claims`, value: now, unit: 'MB', target: { under: 150 } },
    { name: `${name}, memory at its peak`, value: peak, unit: 'MB', target: { under: 150 } },
  ]
}

const startUpFigure = ({ name, startUpMs }: { name: string; startUpMs: number }): Figure => ({
  name: `${name}, start-up`,
  value: startUpMs,
  unit: 'ms',
})
