import { Writable } from 'node:stream'
import { startConsole, type RunningConsole } from '../../apps/console/src/start-console.js'
import { startIssuer, type Issuer } from '../../testing/simulators/issuer/index.js'
import { freePort } from '../../testing/nats-server/docker.js'
import { System, type SystemOptions } from './system.js'
import { Visitor } from './visitor.js'

/** A console at which people sign in, beside services at work. */
export class ConsoleWorld {
  private constructor(
    readonly system: System,
    readonly issuer: Issuer,
    readonly web: RunningConsole,
    /** What the console logs. */
    readonly logged: readonly Record<string, unknown>[],
  ) {}

  static async start(options: SystemOptions = {}): Promise<ConsoleWorld> {
    const [system, port] = await Promise.all([System.start(options), freePort()])
    const url = `http://localhost:${port}`
    const issuer = await startIssuer({ consoleUrl: url })
    const env = {
      ...system.database.env,
      ...system.nats.envOf('console'),
      ...options.env,
      ...issuer.env(url),
    }
    const logged: Record<string, unknown>[] = []
    const logTo = new Writable({
      write(line: Buffer, _, done) {
        logged.push(JSON.parse(line.toString()) as Record<string, unknown>)
        done()
      },
    })
    const web = await startConsole({ env, port, clock: system.clock, logTo })
    return new ConsoleWorld(system, issuer, web, logged)
  }

  at(path: string): string {
    return `${this.web.url}${path}`
  }

  /** A browser in which somebody of that name has signed in. */
  async signedIn(name: string, path = '/'): Promise<Visitor> {
    const visitor = await new Visitor().get(this.at(path))
    await visitor.submit('/interaction', { login: name, password: 'any' })
    if (!visitor.url.startsWith(this.web.url)) await visitor.submit('/interaction', {})
    return visitor
  }

  async stop(): Promise<void> {
    await this.web.stop()
    await this.issuer.close()
    await this.system.stop()
  }
}
