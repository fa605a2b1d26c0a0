import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { type NatsServerBinary } from './binary.js'
import { dockerRunArguments, killContainer } from './docker.js'

export interface Launch {
  binary: NatsServerBinary
  args: string[]
  /** What the server prints is added here: a file never fills up as a pipe nobody reads does. */
  logFile: string
  /** For a container only: what it has to be able to reach. */
  ports: number[]
  folders: string[]
  /** Variables of the server, besides this process's own. */
  env: Readonly<Record<string, string>>
}

/** One run of the server, from spawning to its end. */
export class ServerProcess {
  /** Fulfilled when the process has ended, however it did. */
  readonly ended: Promise<void>
  /** How the process ended; undefined while it runs. */
  outcome: string | undefined
  readonly #child: ChildProcess
  readonly #container: string | undefined
  readonly #logFile: string

  constructor(launch: Launch) {
    this.#logFile = launch.logFile
    this.#container = launch.binary.kind === 'image' ? `nats-server-${randomUUID()}` : undefined
    const { command, args, detached } = commandLine(launch, this.#container)
    const log = openSync(launch.logFile, 'a')
    this.#child = spawn(command, args, {
      stdio: ['ignore', log, log],
      detached,
      env: { ...process.env, ...launch.env },
    })
    closeSync(log)
    this.ended = new Promise((resolve) => {
      const end = (outcome: string) => {
        this.outcome = outcome
        resolve()
      }
      this.#child.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
      this.#child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`))
    })
  }

  /** Of the server, or of the docker command that runs it. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Asks the server to finish, and after five seconds makes it. Safe to repeat. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    const insist = setTimeout(() => this.killNow(), 5_000)
    await this.ended
    clearTimeout(insist)
  }

  /** Ends the server as a crash would, without waiting for it. Safe to repeat. */
  killNow(): void {
    if (this.outcome !== undefined) return
    if (this.#container !== undefined) killContainer(this.#container)
    this.#child.kill('SIGKILL')
  }

  logTail(lines = 12): string {
    return readFileSync(this.#logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
  }
}

function commandLine({ binary, args, ports, folders, env }: Launch, container = '') {
  if (binary.kind === 'image') {
    const { image } = binary
    const dockerArgs = dockerRunArguments({ image, name: container, ports, folders, env, args })
    return { command: 'docker', args: dockerArgs, detached: false }
  }
  // With the kernel seeing to it that the server dies with us even if we are killed, it can have a process group of
  // its own: Ctrl-C in a terminal then reaches us only, and the server is still there for an orderly end.
  return canTieToParent()
    ? { command: 'setpriv', args: ['--pdeathsig', 'KILL', binary.path, ...args], detached: true }
    : { command: binary.path, args, detached: false }
}

let tiesToParent: boolean | undefined

function canTieToParent(): boolean {
  tiesToParent ??= spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true'], { stdio: 'ignore' }).status === 0
  return tiesToParent
}
