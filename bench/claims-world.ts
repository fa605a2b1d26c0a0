import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { sql } from 'kysely'
import { ShiftedClock } from '#shared/clock'
import { tasksWaitingSubject } from '#shared/contracts'
import { DatabaseConnection, databaseSettings, migrate } from '#shared/database'
import {
  benefitAnswers,
  claimEnds,
  differences,
  type SubmittedClaim,
} from '../testing/simulators/external-web-app/index.js'
import { startNatsServer, type RunningNatsServer } from '../testing/nats-server/index.js'
import { obituary, topologyKeeperProcess, ServiceProcess, serviceNames } from '../testing/services/index.js'
import { SimulatorsProcess } from './simulators-process.js'

/** A Wednesday in office hours: claims that pass every rule are approved at once, on whatever day this runs. */
const start = '2026-11-18 11:00:00'

export interface StartedService {
  /** Of the service; `services` where it is all of them in one process. */
  readonly name: string
  readonly pid: number
  /** Of its health endpoints and its metrics; of the first of several. */
  readonly port: number
  readonly ports: readonly number[]
  /** Milliseconds from its spawning to the first good answer about its readiness. */
  readonly startUpMs: number
}

/** Everything services need to work on claims, each part in a process of its own, as in production. */
export class ClaimsWorld {
  readonly clock = new ShiftedClock(start)
  services: readonly StartedService[] = []
  private readonly processes = new Map<string, ServiceProcess>()
  private keeper: ServiceProcess | undefined
  private broken: Error | undefined

  private constructor(
    readonly nats: RunningNatsServer,
    readonly simulators: SimulatorsProcess,
    readonly connection: DatabaseConnection,
    private readonly bell: NatsConnection,
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @param env what the services are told besides */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<ClaimsWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'hwpv-bench-'))
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
    const connection = DatabaseConnection.open(databaseSettings({ DATA_DIR: folder }))
    await migrate(connection, { withWebApps: true })
    const [nats, simulators] = [await startNatsServer(), await SimulatorsProcess.start()]
    const bell = await connect({ servers: nats.url })
    const world = new ClaimsWorld(nats, simulators, connection, bell, folder, env)
    world.keeper = topologyKeeperProcess({ env: world.environment(), onLine: () => undefined })
    return world
  }

  /** Starts a service, or `services`, which are all of them in one process, and waits until it is ready. */
  async startService(name: string): Promise<StartedService> {
    const begun = performance.now()
    const child = new ServiceProcess(name, { env: this.environment(), onLine: () => undefined })
    this.processes.set(name, child)
    void child.ended.then(() => {
      if (this.processes.get(name) === child) this.broken = new Error(obituary(child))
    })
    const names = name === 'services' ? serviceNames : [name]
    const ports = await Promise.all(
      names.map((each) => Promise.race([child.listeningAs(each), child.ended.then(() => 0)])),
    )
    for (const port of ports) {
      while (!(await isReady(port))) {
        this.throwIfBroken()
        await delay(2)
      }
    }
    const [port = 0] = ports
    const service = { name, pid: child.pid, port, ports, startUpMs: performance.now() - begun }
    this.services = [...this.services, service]
    return service
  }

  async stopService(name: string): Promise<void> {
    const child = this.processes.get(name)
    this.processes.delete(name)
    this.services = this.services.filter((service) => service.name !== name)
    await child?.stop()
  }

  /** Tells the relay that a task was committed, as the web app's client does. */
  ring(): void {
    this.bell.publish(tasksWaitingSubject)
  }

  /** As `isIdle`. @throws if a service has ended by itself */
  isIdle(): Promise<boolean> {
    this.throwIfBroken()
    return isIdle(this.connection)
  }

  /** @throws if a claim has not ended as its input says: what is fast and wrong is not worth measuring */
  async verify(claims: readonly SubmittedClaim[]): Promise<void> {
    const ends = await claimEnds(this.connection, await this.simulators.calls(), claims)
    const wrong = claims.flatMap((claim, index) => {
      const end = ends[index]
      const found = end ? differences(claim, end) : ['is not there']
      return found.length ? [`${claim.reference} (${claim.title}): ${found.join(', ')}`] : []
    })
    if (wrong.length)
      throw new Error(`${wrong.length} claims ended wrongly, e.g. ${wrong.slice(0, 3).join('; ')}`)
  }

  async expect(claims: readonly SubmittedClaim[]): Promise<void> {
    await this.simulators.setBenefitAnswers(benefitAnswers(claims))
  }

  /** Stores a message in its stream as the scheduler does. */
  async publish(subject: string, body: object, id: string): Promise<void> {
    const connection = await connect({ servers: this.nats.url })
    await jetstream(connection).publish(subject, JSON.stringify(body), { msgID: id })
    await connection.close()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.processes.keys()].map((name) => this.stopService(name)))
    await this.keeper?.stop()
    await this.bell.close()
    await Promise.all([this.nats.stop(), this.simulators.stop(), this.connection.close()])
  }

  private environment(): Record<string, string | undefined> {
    return {
      PATH: process.env.PATH,
      NODE_OPTIONS: process.env.NODE_OPTIONS,
      ...this.simulators.settings,
      NATS_URL: this.nats.url,
      DATA_DIR: this.folder,
      PORT: '0',
      CLOCK_START: this.clock.now().slice(0, 19),
      ...this.env,
    }
  }

  private throwIfBroken(): void {
    if (this.broken) throw this.broken
  }
}

const somethingLeft = sql`
  select 1 from "ExtSchema_Task" where "Status" = 'PENDING'
  union all select 1 from "AsyncSchema_Outbox" where "DateEnded" is null
  limit 1`

/**
 * Whether every claim submitted so far has ended: no Task row waits and no message is owed. What follows from a
 * message is owed in the same transaction in which that message ends.
 */
export async function isIdle({ db }: DatabaseConnection): Promise<boolean> {
  const { rows } = await somethingLeft.execute(db)
  return rows.length === 0
}

async function isReady(port: number): Promise<boolean> {
  try {
    return port > 0 && (await fetch(`http://127.0.0.1:${port}/health/readiness`)).ok
  } catch {
    return false
  }
}
