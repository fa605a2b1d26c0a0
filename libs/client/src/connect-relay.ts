import { connect, errors, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node'
import { readCredentials, type Credentials } from './credentials.js'
import { tasksWaitingSubject } from '../../shared/src/contracts/subjects.js'

/** What connects to NATS, credentials and TLS included, as `@nats-io/transport-node` takes it. */
export interface RelayOptions
  extends Omit<NodeConnectionOptions, 'servers' | 'reconnect' | 'waitOnFirstConnect'>, Credentials {
  /** A list, or a text with commas as in `NATS_URL`; `127.0.0.1:4222` by default. */
  readonly servers?: string | string[] | undefined
  /** Milliseconds that `notifyRelay` waits at the most; 250 by default. */
  readonly patienceMs?: number | undefined
  /** Hears why a notice could not be given. For a log line: nothing is lost, and nothing needs to be done. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The relay's bell. */
export interface Relay {
  /**
   * Says that a task was committed, so that it is not left waiting for the relay's next look. To be called after the
   * commit; never throws, and waits only briefly. Repeating it is harmless.
   * @returns whether NATS has the notice by now; if not, the relay finds the row by itself
   */
  readonly notifyRelay: () => Promise<boolean>
  /** Lets what is under way finish, briefly, and lets go of the connection. A later notice is not given. */
  readonly close: () => Promise<void>
}

/**
 * The way to the relay. Nothing is connected before the first notice; from then on the connection is kept while it
 * is in use, and made again by the next notice after it was lost. It is let go after a few quiet seconds: it keeps no
 * program from ending for longer than that.
 */
export function connectRelay(options: RelayOptions = {}): Relay {
  const notifier = new RelayNotifier(options)
  return { notifyRelay: () => notifier.notify(), close: () => notifier.close() }
}

const defaultPatienceMs = 250
const quietMs = 5_000
/**
 * After a server took a connection and said nothing, for so long no other one is tried: the library leaves such a
 * connection open, and requests would wait each for its own.
 */
const muteMs = 10_000
/** What a caller may set otherwise. A server that hangs is noticed while notices keep coming, too. */
const defaults = { name: 'hwpv-async-client', timeout: 2_000, pingInterval: quietMs, maxPingOut: 1 }

class RelayNotifier {
  private readonly patienceMs: number
  private readonly onError: (error: unknown) => void
  private readonly natsOptions: NodeConnectionOptions
  private readonly credentials: Credentials
  private connection: Promise<NatsConnection> | undefined
  private quiet: NodeJS.Timeout | undefined
  private muteUntil = 0
  private lastNotice: Promise<boolean> = Promise.resolve(true)
  private closed = false

  constructor({
    patienceMs,
    onError,
    servers,
    nkeySeedFile,
    credsFile,
    caFile,
    ...natsOptions
  }: RelayOptions) {
    this.patienceMs = patienceMs ?? defaultPatienceMs
    this.onError = onError ?? (() => undefined)
    const list = typeof servers === 'string' ? servers.split(',').map((server) => server.trim()) : servers
    this.credentials = { nkeySeedFile, credsFile, caFile }
    this.natsOptions = { ...defaults, ...natsOptions, ...(list ? { servers: list } : {}), reconnect: false }
  }

  notify(): Promise<boolean> {
    this.lastNotice = this.give()
    return this.briefly(this.lastNotice)
  }

  async close(): Promise<void> {
    await this.briefly(this.lastNotice)
    this.closed = true
    this.letGo()
  }

  /** Goes on for as long as it takes; the caller does not wait for that. Never rejects. */
  private async give(): Promise<boolean> {
    try {
      if (this.closed) throw new Error('the relay connection was closed by its owner')
      const connection = await this.connected()
      connection.publish(tasksWaitingSubject)
      await connection.flush()
      return true
    } catch (error) {
      this.complain(error)
      return false
    }
  }

  private connected(): Promise<NatsConnection> {
    clearTimeout(this.quiet)
    // Unreferenced: with the connection itself gone, nothing is left to wait for.
    this.quiet = setTimeout(() => this.letGo(), quietMs).unref()
    this.connection ??= this.dial()
    return this.connection
  }

  private dial(): Promise<NatsConnection> {
    const dialled = this.open()
    const forget = () => {
      if (this.connection === dialled) this.connection = undefined
    }
    dialled.then((connection) => connection.closed()).then(forget, forget)
    return dialled
  }

  private async open(): Promise<NatsConnection> {
    if (performance.now() < this.muteUntil) throw new Error('NATS did not answer a moment ago')
    try {
      const credentials = readCredentials(this.credentials)
      const connection = await connect({ ...this.natsOptions, ...credentials })
      void this.watch(connection)
      return connection
    } catch (error) {
      if (error instanceof errors.TimeoutError) this.muteUntil = performance.now() + muteMs
      throw error
    }
  }

  /** The broker says no to a notice without an answer to it. */
  private async watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) if (status.type === 'error') this.complain(status.error)
  }

  private letGo(): void {
    clearTimeout(this.quiet)
    // One that could not be made has been complained about already.
    this.connection?.then((connection) => connection.close()).catch(() => undefined)
    this.connection = undefined
  }

  private complain(error: unknown): void {
    try {
      this.onError(error)
    } catch {
      // What the listener does wrong must not fail a web request that has been committed.
    }
  }

  private async briefly(notice: Promise<boolean>): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, this.patienceMs, false)
    })
    return Promise.race([notice, late]).finally(() => clearTimeout(timer))
  }
}
