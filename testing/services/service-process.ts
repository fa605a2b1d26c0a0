import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Environment } from '#shared/config'
import { projectRoot } from '../../tools/project-root.js'
import { readLines } from './line-reader.js'
import { nodeFlags } from './node-flags.js'

/** Longer than a service gives its handlers to finish. */
const stopMs = 30_000
const linesKept = 8

/** The program that provides streams and consumers, and goes on watching them, beside the services. */
export const keeper = 'provision'

/** It runs as the services do, and is stopped like them. */
export const topologyKeeperProcess = (options: Omit<ServiceProcessOptions, 'args'>): ServiceProcess =>
  new ServiceProcess(keeper, { ...options, args: ['--watch'] })

export interface ServiceProcessOptions {
  readonly env: Environment
  readonly args?: readonly string[]
  /** Told of every line the service prints. */
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void
}

/** What was built of the services, in a process of its own. It is stopped with this process, however that ends. */
export class ServiceProcess {
  /** Resolves when it has ended and everything it printed is read. */
  readonly ended: Promise<this>
  /** How it ended: `exit code 1`, `SIGKILL`; undefined while it runs. */
  outcome: string | undefined
  private readonly child: ChildProcess
  private readonly lines: string[] = []
  private readonly ports = new Map<string, ReturnType<typeof listening>>()

  /** @param name of a service; or `services`, which are all of them */
  constructor(
    readonly name: string,
    { env, args: own = [], onLine }: ServiceProcessOptions,
  ) {
    const { command, args, detached } = commandLine(entryOf(name))
    this.child = spawn(command, [...args, ...own], { env, detached, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of ['stdout', 'stderr'] as const) {
      const output = this.child[stream]
      if (!output) continue
      readLines(output, (line) => {
        this.remember(line)
        onLine(line, stream)
      })
    }
    this.ended = new Promise((resolve) => {
      const end = (outcome: string) => {
        this.outcome ??= outcome
        running.delete(this)
        resolve(this)
      }
      this.child.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.name))
      this.child.once('close', (code, signal) => end(signal ?? `exit code ${code}`))
    })
    running.add(this)
  }

  /** Resolves with the port of its health endpoints as soon as it listens there. */
  get listening(): Promise<number> {
    return this.listeningAs(this.name)
  }

  /** The same of one service of several. */
  listeningAs(service: string): Promise<number> {
    return this.portOf(service).promise
  }

  /** Of the service itself, for who measures it. */
  get pid(): number {
    return this.child.pid ?? 0
  }

  /** The last lines it printed, oldest first. */
  get lastLines(): readonly string[] {
    return this.lines
  }

  /** Asks it to finish, and insists after half a minute. Safe to repeat. Resolves with how it ended. */
  async stop(): Promise<string> {
    if (this.outcome === undefined) this.child.kill('SIGTERM')
    const insist = setTimeout(() => this.killNow(), stopMs)
    await this.ended
    clearTimeout(insist)
    return this.outcome ?? 'unknown'
  }

  /** Ends it as a crash would. */
  killNow(): void {
    if (this.outcome === undefined) this.child.kill('SIGKILL')
  }

  private remember(line: string): void {
    this.lines.push(line)
    if (this.lines.length > linesKept) this.lines.shift()
    if (!line.includes('"service started"')) return
    const [service, port] = [/"service":"([\w-]+)"/, /"port":(\d+)/].map((part) => part.exec(line)?.[1])
    if (service !== undefined && port !== undefined) this.portOf(service).resolve(Number(port))
  }

  private portOf(service: string) {
    const port = this.ports.get(service) ?? listening()
    this.ports.set(service, port)
    return port
  }
}

function listening() {
  let resolve: (port: number) => void = () => undefined
  const promise = new Promise<number>((done) => (resolve = done))
  return { promise, resolve }
}

const running = new Set<ServiceProcess>()

process.on('exit', () => {
  for (const service of running) service.killNow()
})

/** The built program. */
const entryOf = (name: string): string => join(projectRoot, 'dist', 'programs', `${name}.js`)

function commandLine(entry: string) {
  // With the kernel seeing to it that the service ends with us even if we are killed, it can have a process group of
  // its own: Ctrl-C in a terminal then reaches us only, and services are stopped once, by us.
  return canTieToParent()
    ? {
        command: 'setpriv',
        args: ['--pdeathsig', 'TERM', process.execPath, ...nodeFlags, entry],
        detached: true,
      }
    : { command: process.execPath, args: [...nodeFlags, entry], detached: false }
}

let tiesToParent: boolean | undefined

function canTieToParent(): boolean {
  tiesToParent ??= spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore' }).status === 0
  return tiesToParent
}
