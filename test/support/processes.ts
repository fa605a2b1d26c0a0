import { rm } from 'node:fs/promises'
import type { Environment } from '#shared/config'
import { simulatorSettings } from '../../testing/simulators/settings.js'
import { startSimulators, type Simulators, type SimulatorsOptions } from '../../testing/simulators/index.js'
import { serviceNamed, type UserName } from '../../tools/nats-config/user-names.js'
import {
  memoryOf,
  topologyKeeperProcess,
  ServiceProcess,
  serviceNames,
} from '../../testing/services/index.js'
import { startBroker, type Broker } from './broker.js'
import { withShiftedClock } from './shifted-clock.js'
import { createTestDatabase, type TestDatabase } from './test-database.js'
import { until } from './until.js'

/** The servers the services are to work with. */
export interface Nats {
  /** The settings by which a service connects. */
  envOf(user: UserName): Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** The built services as processes of their own, to be killed; everything around them real too. */
export class Processes<N extends Nats = Broker> {
  private readonly running = new Map<string, ServiceProcess>()
  private keeper: ServiceProcess | undefined
  private constructor(
    readonly nats: N,
    readonly simulators: Simulators,
    readonly database: TestDatabase,
    private readonly env: Environment,
  ) {}

  static async start(
    env: Readonly<Record<string, string>>,
    services: readonly string[] = serviceNames,
    simulatorOptions: SimulatorsOptions = {},
  ): Promise<Processes> {
    return Processes.startOn(await startBroker(), env, services, simulatorOptions)
  }

  /** The same on servers that are there already, and are stopped with the rest. */
  static async startOn<N extends Nats>(
    nats: N,
    env: Readonly<Record<string, string>>,
    services: readonly string[] = serviceNames,
    simulatorOptions: SimulatorsOptions = {},
  ): Promise<Processes<N>> {
    const [simulators, database] = await Promise.all([
      startSimulators(simulatorOptions),
      createTestDatabase(),
    ])
    const processes = new Processes(nats, simulators, database, {
      PATH: process.env.PATH,
      ...simulatorSettings(simulators),
      LOOPBACK_ALLOWED: 'true',
      ...database.env,
      ...env,
      PORT: '0',
    })
    processes.provision()
    const started = await Promise.allSettled(services.map((name) => processes.run(name)))
    const failed = started.find((each) => each.status === 'rejected')
    if (!failed) return processes
    await processes.stop()
    throw failed.reason
  }

  /** Starts who provides streams and consumers, and puts back what is lost. No service is ready before they are there. */
  private provision(): void {
    const env = { ...this.env, ...this.nats.envOf('provision') }
    this.keeper = topologyKeeperProcess({ env, onLine: () => undefined })
  }

  /**
   * Starts a service and waits until it is ready.
   * @param env what is other for it than for the rest
   * @param replica what it is called here, where it is not the only one of its kind
   * @param ms how long it may take
   */
  async run(name: string, env: Environment = {}, replica = name, ms = 60_000): Promise<void> {
    const service = new ServiceProcess(name, {
      env: withShiftedClock({ ...this.envOf(serviceNamed(name)), ...env }),
      onLine: () => undefined,
    })
    this.running.set(replica, service)
    await this.isReady(service, ms)
  }

  private async isReady(service: ServiceProcess, ms: number): Promise<void> {
    const { name } = service
    const port = await Promise.race([
      service.listening,
      service.ended.then(() => Promise.reject(this.died(service))),
    ])
    const ready = async () => {
      if (service.outcome !== undefined) throw this.died(service)
      const answer = await fetch(`http://127.0.0.1:${port}/health/readiness`)
      await answer.body?.cancel()
      return answer.ok
    }
    try {
      await until(`${name} is ready`, ready, ms)
    } catch (cause) {
      throw new Error(`${name} is not ready: ${service.lastLines.join('\n')}`, { cause })
    }
  }

  /** What a program is started with that is a user of the broker. */
  envOf(user: UserName): Environment {
    return { ...this.env, ...this.nats.envOf(user) }
  }

  /** Of a service that runs. */
  pidOf(name: string): number {
    return this.running.get(name)?.pid ?? 0
  }

  /** The most memory a service has taken so far, in megabytes. Linux only. */
  peakMemory(name: string): number {
    return memoryOf(this.pidOf(name)).peak
  }

  /** What the services are called here. */
  get names(): string[] {
    return [...this.running.keys()]
  }

  /** The services that have ended and not been started again, and how. */
  ended(): string[] {
    const all = [...this.running.values(), ...(this.keeper ? [this.keeper] : [])]
    return all.flatMap(({ name, outcome }) => (outcome ? [`${name}: ${outcome}`] : []))
  }

  /** Ends a service as a power cut would, and waits until it has ended. */
  async kill(name: string): Promise<void> {
    const service = this.running.get(name)
    service?.killNow()
    await service?.ended
  }

  /** Deletes all that a killed nats-server had stored. */
  async loseNatsStore(this: Processes): Promise<void> {
    await rm(this.nats.storeDir, { recursive: true, force: true })
  }

  /** Stops the services alone, to be run again; gives those that did not end with exit code 0. */
  async stopServices(): Promise<string[]> {
    const services = [...this.running.values()]
    this.running.clear()
    return endedBadly(services)
  }

  /** Stops everything; gives the programs that did not end with exit code 0. */
  async stop(): Promise<string[]> {
    const services = [...this.running.values(), ...(this.keeper ? [this.keeper] : [])]
    const outcomes = await endedBadly(services)
    await Promise.all([this.nats.stop(), this.simulators.close(), this.database.remove()])
    return outcomes
  }

  private died({ name, outcome, lastLines }: ServiceProcess): Error {
    return new Error(`${name} ended (${outcome}): ${lastLines.join('\n')}`)
  }
}

async function endedBadly(services: readonly ServiceProcess[]): Promise<string[]> {
  const outcomes = await Promise.all(services.map((service) => service.stop()))
  return services.flatMap(({ name }, i) => (outcomes[i] === 'exit code 0' ? [] : [`${name}: ${outcomes[i]}`]))
}
