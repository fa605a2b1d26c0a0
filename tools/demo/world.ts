import { createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { sql } from 'kysely'
import type { LocalDay } from '#shared/clock'
import { createOwnerIndexes, DatabaseConnection, databaseSettings, migrate } from '#shared/database'
import type { UpstreamCalls } from '../../testing/simulators/external-web-app/index.js'
import { startSimulators, type Simulators } from '../../testing/simulators/index.js'
import { simulatorSettings } from '../../testing/simulators/settings.js'
import { startConsole, type RunningConsole } from '../../apps/console/src/start-console.js'
import { leaveNote } from './note.js'
import { obituary, serviceNames, Services } from '../../testing/services/index.js'
import { startNats, type DemoNats } from './nats.js'
import type { Site } from './site.js'
import { DemoFailure, waitUntil } from './wait.js'

/** All that a service may know of the terminal's environment: where the real systems are stays out of it. */
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'NODE_OPTIONS', 'LOG_LEVEL']

const readyMs = 60_000

/** The example of `docs/how-to/receive-a-webhook.md`: a receiver on this machine knows it, too. */
const webhookSecrets = { statistics: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }

/** Everything a demonstration runs on. Start the parts in the order in which they stand here. */
export class World implements Site {
  nats!: DemoNats
  simulators!: Simulators
  connection!: DatabaseConnection
  services!: Services
  console!: RunningConsole
  private readonly ports = new Map<string, number>()
  private readonly endings: (() => Promise<unknown>)[] = []
  private readonly problems: string[] = []
  private stopping = false

  private constructor(
    /** Gone after `stop`, unless that is told to keep it. */
    readonly folder: string,
    /** Aborted when the world cannot go on, with the reason. */
    readonly halt: AbortController,
    private readonly together: boolean,
  ) {}

  /** @param together whether all services run in one process */
  static async create(halt: AbortController, together: boolean): Promise<World> {
    return new World(await mkdtemp(join(tmpdir(), 'hwpv-demo-')), halt, together)
  }

  get logFile(): string {
    return join(this.folder, 'services.log')
  }

  /** By what webhooks are signed; whoever changes it has others. */
  get webhookSecretFile(): string {
    return join(this.folder, 'webhook-secrets.json')
  }

  get databaseFile(): string {
    return join(this.folder, 'hwpv.sqlite')
  }

  /** There is something to be looked at: services have been started. */
  get hasRun(): boolean {
    return existsSync(this.logFile)
  }

  /** The base address of each service's endpoints. */
  get addresses(): [service: string, url: string][] {
    return serviceNames.map((name) => [name, `http://localhost:${this.ports.get(name)}`])
  }

  async startNats(): Promise<void> {
    this.nats = await startNats(process.env)
    this.endings.unshift(() => this.nats.stop())
  }

  async startSimulators(): Promise<void> {
    this.simulators = await startSimulators()
    this.endings.unshift(() => this.simulators.close())
  }

  async createDatabase(): Promise<void> {
    this.connection = DatabaseConnection.open(databaseSettings({ DATA_DIR: this.folder }))
    this.endings.unshift(() => this.connection.close())
    await migrate(this.connection, { withWebApps: true })
    await createOwnerIndexes(this.connection)
    await numberTasksAnew(this.connection)
  }

  /** Everything is to be looked at from the beginning; it waits for what is not there yet. */
  async startConsole(): Promise<void> {
    const env = { ...this.serviceEnv, PORT: '' }
    this.console = await startConsole({ env, logTo: nowhere }).catch(() =>
      // Somebody else has its port.
      startConsole({ env, logTo: nowhere, port: 0 }),
    )
    this.endings.unshift(() => this.console.stop())
    this.endings.unshift(
      await leaveNote({ NATS_URL: this.nats.url, DATA_DIR: this.folder, LOOPBACK_ALLOWED: 'true' }),
    )
  }

  /** The next email is refused as Notify refuses an address. */
  refuseOneEmail(): void {
    this.simulators.notify.misbehave({ kind: 'status', status: 400, when: { times: 1, match: () => true } })
  }

  private get serviceEnv(): Record<string, string | undefined> {
    return {
      ...Object.fromEntries(passedOn.map((name) => [name, process.env[name]])),
      ...simulatorSettings(this.simulators),
      NATS_URL: this.nats.url,
      DATA_DIR: this.folder,
      PORT: '0',
      LOOPBACK_ALLOWED: 'true',
    }
  }

  setBenefitAnswers(bySurname: Readonly<Record<string, string>>): void {
    this.simulators.benefitChecker.setStatusBySurname(bySurname)
  }

  calls(): UpstreamCalls {
    const { notify, benefitChecker } = this.simulators
    return { notify: notify.calls, benefitChecker: benefitChecker.calls }
  }

  emailsTaken(): number {
    return this.simulators.notify.calls.length
  }

  fireDailyRun(date: LocalDay): Promise<void> {
    return this.nats.fireDailyRun(date)
  }

  /** Starts the services and waits until all of them take work. */
  async startServices(): Promise<void> {
    const log = createWriteStream(this.logFile)
    await writeFile(this.webhookSecretFile, JSON.stringify(webhookSecrets))
    const env = { ...this.serviceEnv, WEBHOOK_SECRETS: this.webhookSecretFile }
    this.services = new Services({ env, together: this.together, onLine: (line) => log.write(`${line}\n`) })
    this.endings.unshift(async () => {
      for (const { name, outcome } of await this.services.stop()) {
        this.problems.push(`${name} ended with ${outcome}`)
      }
      await new Promise<void>((resolve) => log.end(resolve))
    })
    for (const name of serviceNames) {
      void this.services.listening(name).then((port) => this.ports.set(name, port))
    }
    void this.services.firstToEnd.then((service) => {
      if (!this.stopping) this.halt.abort(new DemoFailure(obituary(service)))
    })
    await this.untilReady()
  }

  /**
   * Stops everything in order and removes the folder. Safe to repeat, and at any stage.
   * @returns what did not end as it should
   */
  async stop({ keepFolder }: { keepFolder: boolean }): Promise<string[]> {
    this.stopping = true
    for (const end of this.endings.splice(0)) await end()
    if (!keepFolder) await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
    return this.problems
  }

  private async untilReady(): Promise<void> {
    const waiting = new Set<string>(serviceNames)
    await waitUntil(
      async () => {
        for (const name of waiting) if (await isReady(this.ports.get(name))) waiting.delete(name)
        return waiting.size === 0
      },
      {
        signal: this.halt.signal,
        limitMs: readyMs,
        missing: () => `${[...waiting].join(', ')} did not become ready`,
      },
    )
  }
}

/** What the console logs, it shows. */
const nowhere = new Writable({ write: (_, __, done) => done() })

async function isReady(port: number | undefined): Promise<boolean> {
  if (port === undefined) return false
  try {
    const signal = AbortSignal.timeout(2_000)
    return (await fetch(`http://localhost:${port}/health/readiness`, { signal })).ok
  } catch {
    return false
  }
}

/**
 * A message's id is made of its task's number, and a NATS server that was there before may remember those of the
 * last demonstration for two minutes: so each has its tasks numbered from elsewhere.
 */
async function numberTasksAnew({ db }: DatabaseConnection): Promise<void> {
  const start = (Math.floor(Date.now() / 1_000) % 2_000_000) * 1_000
  for (const table of ['ExtSchema_Task', 'IntSchema_Task']) {
    await sql`insert into sqlite_sequence (name, seq) values (${table}, ${start})`.execute(db)
  }
}
