import { Writable } from 'node:stream'
import { type Clock, dayOf, ShiftedClock, toLondon, type LocalDay } from '#shared/clock'
import { scheduleMessageId, streams, type JobName } from '#shared/contracts'
import type { DatabaseConnection } from '#shared/database'
import type { ConsumerDefinition } from '#shared/messaging'
import { jobSubjects } from '#shared/jobs'
import { startService, type RunningService } from '#shared/service'
import { startSimulators, type Simulators } from '../../testing/simulators/index.js'
import {
  consumersOf,
  moduleOf,
  serviceNamed,
  takenBy,
  type ServiceName,
} from '../../tools/nats-config/index.js'
import { startTopologyKeeper, type RunningTopologyKeeper } from '../../tools/provision/index.js'
import { BareClient } from './bare-client.js'
import type { Broker } from './broker.js'
import { giveBack, takeBroker } from './idle-brokers.js'
import { testEnvironment } from './environment.js'
import { createTestDatabase, type TestDatabase } from './test-database.js'
import { until } from './until.js'

/** Those that work on claims; the scheduler has tests of its own. */
export const claimServices = [
  'task-relay',
  'claim-completer',
  'dwp-checker',
  'notifier',
  'daily-tasks',
  'payment-run',
]

export interface SystemOptions {
  /** London time at the start; the machine's by default. */
  readonly clock?: string
  readonly env?: Readonly<Record<string, string>>
  readonly services?: readonly string[]
}

/** The services in this process, on a nats-server, a database and upstreams of their own, all of them real. */
export class System {
  readonly services = new Map<string, RunningService>()
  readonly logLines: string[] = []
  private readonly running = new Map<string, ServiceName>()
  private keeper: RunningTopologyKeeper | undefined
  private constructor(
    readonly nats: Broker,
    readonly simulators: Simulators,
    readonly database: TestDatabase,
    readonly clock: ShiftedClock,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start({ clock, env = {}, services = claimServices }: SystemOptions = {}): Promise<System> {
    const [nats, simulators, database] = await Promise.all([
      takeBroker(),
      startSimulators(),
      createTestDatabase(),
    ])
    const system = new System(
      nats,
      simulators,
      database,
      new ShiftedClock(clock ?? toLondon(new Date())),
      env,
    )
    system.keeper = await startTopologyKeeper({ ...nats.envOf('provision'), ...env })
    const started = await Promise.allSettled(services.map((name) => system.startService(name)))
    const failed = started.find((each) => each.status === 'rejected')
    if (!failed) return system
    await system.stop()
    throw failed.reason
  }

  get connection(): DatabaseConnection {
    return this.database.connection
  }

  /**
   * @param replica what it is called here, where it is not the only one of its kind
   * @param clock its machine's, where that is not everybody's
   */
  async startService(name: string, replica = name, clock: Clock = this.clock): Promise<RunningService> {
    const service = serviceNamed(name)
    const logTo = new Writable({
      write: (line: Buffer, _, done) => {
        this.logLines.push(line.toString())
        done()
      },
    })
    const env = {
      ...testEnvironment(this.simulators),
      ...this.nats.envOf(service),
      ...this.database.env,
      ...this.env,
    }
    const running = await startService(moduleOf(service), {
      name,
      env,
      port: 0,
      clock,
      logTo,
      takes: takenBy(service),
    })
    this.services.set(replica, running)
    this.running.set(replica, service)
    await running.ready
    return running
  }

  async stopService(name: string): Promise<void> {
    await this.services.get(name)?.stop()
    this.services.delete(name)
    this.running.delete(name)
  }

  /** Fires a job for a day as the scheduler does, and waits until all of its consumers have answered. */
  async fire(job: JobName, date: LocalDay = dayOf(this.clock.now()), ms?: number): Promise<void> {
    const subject = jobSubjects[job]
    const client = await BareClient.connect(this.nats.url)
    const id = scheduleMessageId(subject, date)
    await client.publish(subject, { date }, { 'ce-id': id, 'Nats-Msg-Id': id })
    await client.close()
    await this.answered(streams.schedule.name, ms)
  }

  /** Of the services that run here. */
  get consumers(): ConsumerDefinition[] {
    return [...this.running.values()].flatMap(consumersOf)
  }

  /** Waits until every consumer of a stream, of those whose service runs here, has answered all there is for it. */
  async answered(stream: string, ms?: number): Promise<void> {
    const client = await BareClient.connect(this.nats.url)
    const consumers = new Set(this.consumers.map(({ name }) => name))
    try {
      await until(
        `${stream} is answered`,
        () => client.allAnswered(stream, (name) => consumers.has(name)),
        ms,
      )
    } finally {
      await client.close()
    }
  }

  /** Waits until no task waits or is under way, and every message that was owed has ended, and every flow. */
  async settled(ms = 20_000): Promise<void> {
    try {
      await until('every task and message has ended', () => this.isSettled(), ms)
    } catch (error) {
      const complaints = this.logLines.filter((line) => (JSON.parse(line) as { level: number }).level >= 40)
      throw new Error(`the services are not done:\n${complaints.slice(-10).join('')}`, { cause: error })
    }
  }

  async isSettled(): Promise<boolean> {
    const { db } = this.connection
    for (const schema of ['ExtSchema', 'IntSchema'] as const) {
      const open = await db
        .selectFrom(`${schema}.Task`)
        .select('TaskId')
        .where('Status', 'in', ['PENDING', 'IN-PROGRESS'])
        .execute()
      if (open.length) return false
    }
    const owed = await db
      .selectFrom('AsyncSchema.Outbox')
      .select('OutboxId')
      .where('DateEnded', 'is', null)
      .execute()
    if (owed.length) return false
    const flows = await db
      .selectFrom('AsyncSchema.Flow')
      .select('FlowId')
      .where('DateEnded', 'is', null)
      .execute()
    return flows.length === 0
  }

  /** From here on nobody makes what is missing, or puts right what somebody has changed. */
  async stopProvisioning(): Promise<void> {
    await this.keeper?.stop()
    this.keeper = undefined
  }

  async stop(): Promise<void> {
    await Promise.all([...this.services.keys()].map((name) => this.stopService(name)))
    await this.keeper?.stop()
    await Promise.all([giveBack(this.nats), this.simulators.close(), this.database.remove()])
  }
}
