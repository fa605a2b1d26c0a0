import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import type { NodeConnectionOptions } from '@nats-io/transport-node'
import { type NatsServerBinary } from './binary.js'
import { anyPort, configText, includingText, placeVariables, type BaseConfig } from './config.js'
import { freePort } from './docker.js'
import { findNatsServer } from './find.js'
import { ServerProcess } from './process.js'
import { waitUntilReady, type Ports } from './ready.js'

export interface StartOptions {
  /** A free one by default. */
  port?: number
  /** Kept when the server stops, and made if missing; by default a temporary one that `stop` removes. */
  storeDir?: string
  /** The monitoring pages' port, 0 for a free one; without it there are no such pages. */
  httpPort?: number
  /** A configuration to start from; by default a plain server that lets everybody in. */
  base?: BaseConfig
  /** More configuration, in nats-server's own language. */
  config?: string
  /** False: it has started as soon as it takes connections. A server of a cluster waits for the others. */
  awaitJetStream?: boolean
  /** How to connect to see whether it is ready: as anybody and without TLS by default. */
  connectWith?: NodeConnectionOptions
  /** Stops the server, and a start that is still under way. */
  signal?: AbortSignal
  /** Found by `findNatsServer` by default. */
  binary?: NatsServerBinary
}

export interface RunningNatsServer {
  readonly url: string
  readonly port: number
  /** Only with `httpPort`. */
  readonly httpUrl: string | undefined
  /** Of the present run; another one after `restart`. */
  readonly pid: number
  readonly storeDir: string
  /** The server's version, e.g. `2.10.27`. */
  readonly version: string
  /** Ends the server in good order and removes what is temporary. Safe to repeat, and after a crash. */
  stop(): Promise<void>
  /** Ends the server at once, as a crash would; its store stays for `restart`. Safe to repeat. */
  kill(): Promise<void>
  /** Ends the server in good order if it runs, and starts it again on the same port and store. */
  restart(): Promise<void>
}

/**
 * Starts a nats-server with JetStream, on this machine's loopback address only, and waits until it answers. The
 * server dies with this process. Rejects, with the server's last log lines, if it ends or is not ready in ten seconds;
 * nothing is left behind then.
 */
export async function startNatsServer(options: StartOptions = {}): Promise<RunningNatsServer> {
  options.signal?.throwIfAborted()
  const binary = options.binary ?? (await findNatsServer())
  const server = new Server(binary, options)
  try {
    await server.start()
  } catch (error) {
    await server.stop()
    throw error
  }
  return server
}

class Server implements RunningNatsServer {
  readonly storeDir: string
  readonly version: string
  /** Configuration, log and ports file; and the store, unless the caller has one. */
  readonly #folder = mkdtempSync(join(tmpdir(), `nats-server-${process.pid}-`))
  readonly #binary: NatsServerBinary
  readonly #options: StartOptions
  #ports: Ports | undefined
  #process: ServerProcess | undefined
  /** Operations wait for each other: a stop during a restart must not leave a server behind. */
  #last: Promise<unknown> = Promise.resolve()
  #stopped = false

  constructor(binary: NatsServerBinary, options: StartOptions) {
    this.#binary = binary
    this.#options = options
    this.version = binary.version
    this.storeDir = options.storeDir === undefined ? join(this.#folder, 'store') : resolve(options.storeDir)
    mkdirSync(this.storeDir, { recursive: true })
    endWithThisProcess.add(this)
    options.signal?.addEventListener('abort', this.#stopOnAbort, { once: true })
  }

  get port(): number {
    return this.#ports?.port ?? 0
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`
  }

  get httpUrl(): string | undefined {
    return this.#ports?.httpPort === undefined ? undefined : `http://127.0.0.1:${this.#ports.httpPort}`
  }

  get pid(): number {
    return this.#process?.pid ?? 0
  }

  start(): Promise<void> {
    return this.#inTurn(() => this.#launch())
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#stopped = true
      await this.#process?.stop()
      this.#options.signal?.removeEventListener('abort', this.#stopOnAbort)
      endWithThisProcess.delete(this)
      await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
    })
  }

  kill(): Promise<void> {
    return this.#inTurn(async () => {
      this.#process?.killNow()
      await this.#process?.ended
    })
  }

  restart(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#stopped) throw new Error('A stopped nats-server cannot be restarted; start another one.')
      await this.#process?.stop()
      await this.#launch()
    })
  }

  /** For the end of this process, when nothing can be waited for any more. */
  endNow(): void {
    this.#process?.killNow()
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  readonly #stopOnAbort = () => void this.stop()

  #inTurn(operation: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(operation)
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #launch(): Promise<void> {
    this.#ports ??= await this.#wantedPorts()
    const { port, httpPort } = this.#ports
    const { base, signal, connectWith } = this.#options
    const portsFolder = await this.#emptyPortsFolder()
    this.#process = new ServerProcess({
      binary: this.#binary,
      args: ['-c', await this.#writeConfig(this.#ports, portsFolder)],
      logFile: join(this.#folder, 'nats-server.log'),
      ports: httpPort === undefined ? [port] : [port, httpPort],
      folders: [this.#folder, this.storeDir, ...(base ? [dirname(base.file)] : [])],
      env: base ? { ...base.env, ...placeVariables(this.#place(this.#ports)) } : {},
    })
    try {
      const knownPorts = this.#binary.kind === 'image' ? this.#ports : undefined
      const { awaitJetStream } = this.#options
      const options = { portsFolder, knownPorts, signal, awaitJetStream, connectWith }
      this.#ports = await waitUntilReady(this.#process, options)
    } catch (error) {
      await this.#process.stop()
      throw error
    }
  }

  async #writeConfig(ports: Ports, portsFolder: string): Promise<string> {
    const file = join(this.#folder, 'nats-server.conf')
    const { base, config: extra } = this.#options
    const text = base
      ? includingText(relative(this.#folder, base.file), { portsFolder, extra })
      : configText({ ...this.#place(ports), portsFolder, extra })
    await writeFile(file, text)
    return file
  }

  #place(ports: Ports) {
    const host = this.#binary.kind === 'image' ? '0.0.0.0' : '127.0.0.1'
    return { host, ...ports, storeDir: this.storeDir }
  }

  /** A server that was killed has left its file of ports, which must not be taken for its successor's. */
  async #emptyPortsFolder(): Promise<string> {
    const folder = join(this.#folder, 'ports')
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
    return folder
  }

  async #wantedPorts(): Promise<Ports> {
    const free = this.#binary.kind === 'image' ? freePort : () => Promise.resolve(anyPort)
    const { port, httpPort } = this.#options
    return {
      port: port === undefined || port === 0 ? await free() : port,
      ...(httpPort !== undefined && { httpPort: httpPort === 0 ? await free() : httpPort }),
    }
  }
}

const endWithThisProcess = new Set<Server>()

process.on('exit', () => {
  for (const server of endWithThisProcess) server.endNow()
})
