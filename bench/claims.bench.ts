import { setTimeout as delay } from 'node:timers/promises'
import { taskStatus } from '#shared/contracts'
import {
  claimKinds,
  claimOfKind,
  submit,
  type SubmittedClaim,
} from '../testing/simulators/external-web-app/index.js'
import { memoryOf, processorTimeOf, processorTimeOfMachine, serviceNames } from '../testing/services/index.js'
import { ClaimsWorld } from './claims-world.js'
import { median, percentile, type Benchmark, type Figure } from './figures.js'
import { counted } from './counted.js'
import { until } from './until.js'

const waiting = 1_000
const rounds = 3
const oneByOne = 100
/** Not measured: they are for the compiler. */
const warmUps = 220
/** What a Task row begins as that nobody takes. */
const held = 'HELD'

/** All services in one process, and each in its own. */
const layouts = { together: ['services'], apart: serviceNames } as const
type Layout = keyof typeof layouts
const layoutNames = ['together', 'apart'] as const

type Progress = Parameters<Benchmark>[0]

/**
 * The whole flow, with the services in one process and in seven, turn about: many claims waiting, then one at a time;
 * memory and start-up times beside.
 */
export const claimsBench: Benchmark = async (progress) => {
  const worlds = {} as Record<Layout, ClaimsAtWork>
  try {
    for (const layout of layoutNames) worlds[layout] = await ClaimsAtWork.start(layout, progress)
    const inTurn = async (work: (world: ClaimsAtWork) => Promise<void>) => {
      for (const layout of layoutNames) await work(worlds[layout])
    }
    await inTurn((world) => world.warmUp())
    for (let round = 0; round < rounds; round++) await inTurn((world) => world.manyWaiting())
    await inTurn((world) => world.oneAtATime())
    return layoutNames.flatMap((layout) => worlds[layout].figures())
  } finally {
    for (const world of Object.values(worlds)) await world.stop()
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
  /** Waits for the write lock of the embedded database, a claim. */
  readonly lockWaits: number
  /** What the rest of the machine took meanwhile, in cores. */
  readonly otherWork: number
}

class ClaimsAtWork {
  private readonly runs: Run[] = []
  private readonly times: number[] = []
  private memory: Figure[] = []
  private submitted = 0

  private constructor(
    private readonly layout: Layout,
    private readonly world: ClaimsWorld,
    private readonly progress: Progress,
  ) {}

  static async start(layout: Layout, progress: Progress): Promise<ClaimsAtWork> {
    const world = await ClaimsWorld.start()
    for (const name of layouts[layout]) await world.startService(name)
    return new ClaimsAtWork(layout, world, progress)
  }

  async warmUp(): Promise<void> {
    await this.finish(await this.hold(warmUps))
  }

  /** From the moment in which all of them become the relay's until nothing is left to be done. */
  async manyWaiting(): Promise<void> {
    this.progress(`claims, ${this.layout}: submitting ${waiting}`)
    const claims = await this.hold(waiting)
    const [begun, before, machineBefore, waitsBefore] = [
      performance.now(),
      this.processorTimes(),
      processorTimeOfMachine(),
      await this.lockWaits(),
    ]
    await this.finish(claims)
    const seconds = (performance.now() - begun) / 1_000
    const taken = [...this.processorTimes()].map(
      ([name, ms]) => [name, ms - (before.get(name) ?? 0)] as const,
    )
    const ours = taken.reduce((sum, [, ms]) => sum + ms, 0)
    const others = processorTimeOfMachine() - machineBefore - ours
    this.progress(`claims, ${this.layout}: ${waiting} ended after ${seconds.toFixed(1)} s`)
    this.runs.push({
      claimsPerSecond: waiting / seconds,
      processorTimes: new Map(taken.map(([name, ms]) => [name, ms / waiting])),
      lockWaits: ((await this.lockWaits()) - waitsBefore) / waiting,
      otherWork: others / 1_000 / seconds,
    })
    if (this.runs.length === 1)
      this.memory = this.world.services.flatMap((service) => this.memoryFigures(service))
  }

  /** From the commit of the Task row to the end of the claim's last message, looked for every two milliseconds. */
  async oneAtATime(): Promise<void> {
    const { connection, clock } = this.world
    const claims = await this.newClaims(oneByOne)
    this.progress(`claims, ${this.layout}: ${oneByOne} one at a time`)
    for (const claim of claims) {
      // Without it each would come at the same moment of the relay's round.
      await delay(Math.random() * 100)
      await submit(connection, [claim], { clock })
      const submitted = performance.now()
      this.world.ring()
      await until('the claim has ended', () => this.world.isIdle(), { everyMs: 2 })
      this.times.push(performance.now() - submitted)
    }
    await this.world.verify(claims)
  }

  figures(): Figure[] {
    const of = (value: (run: Run) => number) => median(this.runs.map(value))
    const names = [...(this.runs[0]?.processorTimes.keys() ?? [])]
    const processorTime = (name: string) => of(({ processorTimes }) => processorTimes.get(name) ?? 0)
    const memory = (of: 'now' | 'peak') =>
      this.world.services.reduce((sum, { pid }) => sum + memoryOf(pid)[of], 0)
    const figures: Figure[] = [
      { name: 'one claim at a time, p50', value: median(this.times), unit: 'ms', target: { under: 40 } },
      { name: 'one claim at a time, p99', value: percentile(this.times, 0.99), unit: 'ms' },
      {
        name: `${waiting} claims waiting, whole flow`,
        value: of(({ claimsPerSecond }) => claimsPerSecond),
        unit: 'claims/s',
        target: { atLeast: 100 },
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
        target: { under: 16 },
      },
      {
        name: 'waits for the write lock, a claim',
        value: of(({ lockWaits }) => lockWaits),
        unit: '',
        target: { under: 2 },
      },
      { name: 'other work on the machine meanwhile', value: of(({ otherWork }) => otherWork), unit: 'cores' },
      ...this.memory,
      { name: 'all services, memory at their peaks', value: memory('peak'), unit: 'MB' },
      ...this.world.services.map(({ name, startUpMs }) => ({
        name: `${name}, start-up`,
        value: startUpMs,
        unit: 'ms',
      })),
    ]
    return figures.map((figure) => ({ ...figure, name: `${this.layout}: ${figure.name}` }))
  }

  stop(): Promise<void> {
    return this.world.stop()
  }

  /** New claims, which the simulators know. */
  private async newClaims(count: number): Promise<SubmittedClaim[]> {
    const claims = variedClaims(this.world, 1 + this.submitted, count)
    this.submitted += count
    await this.world.expect(claims)
    return claims
  }

  /** Submits claims that nobody takes yet. */
  private async hold(count: number): Promise<SubmittedClaim[]> {
    const claims = await this.newClaims(count)
    await submit(this.world.connection, claims, { clock: this.world.clock, status: held })
    return claims
  }

  /** Lets them be taken, and waits until nothing is left to be done. */
  private async finish(claims: readonly SubmittedClaim[]): Promise<void> {
    const { db } = this.world.connection
    await db
      .updateTable('ExtSchema.Task')
      .set({ Status: taskStatus.pending })
      .where('Status', '=', held)
      .execute()
    this.world.ring()
    await until('every claim has ended', () => this.world.isIdle(), { everyMs: 20, limitMs: 600_000 })
    await this.world.verify(claims)
  }

  /** Of every process that takes part, in milliseconds so far. */
  private processorTimes(): Map<string, number> {
    const { services, nats, simulators } = this.world
    const processes = [
      ...services,
      { name: 'nats-server', pid: nats.pid },
      { name: 'simulators', pid: simulators.pid },
    ]
    return new Map(processes.map(({ name, pid }) => [name, processorTimeOf(pid)]))
  }

  private async lockWaits(): Promise<number> {
    const ports = this.world.services.flatMap((service) => service.ports)
    const counts = await Promise.all(ports.map((port) => counted(port, 'hwpv_database_lock_waits_total')))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  private memoryFigures({ name, pid }: { name: string; pid: number }): Figure[] {
    const { now, peak } = memoryOf(pid)
    return [
      { name: `${name}, memory after ${waiting} claims`, value: now, unit: 'MB' },
      { name: `${name}, memory at its peak`, value: peak, unit: 'MB' },
    ]
  }
}
