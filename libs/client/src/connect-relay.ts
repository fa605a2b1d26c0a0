import { errors, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node'
import { checkedOptions } from './checked-options.js'
import { readCredentials, type Credentials } from './credentials.js'
import type { RelayOptions } from './relay-options.js'
import { tasksWaitingSubject } from '../../shared/src/contracts/notice.js'
import { dial, type Dialled } from '../../shared/src/messaging/broker/dial.js'

/** The relay's bell. */
export interface Relay {
  /**
   * Says that a task was committed, so that it is not left waiting for the relay's next look. To be called after the
   * commit; never throws, and waits only briefly. Repeating it is harmless.
   * @returns whether NATS has the notice by now; if not, the relay finds the row by itself
   */
  readonly notifyRelay: () => Promise<boolean>
  /**
   * Lets what is under way finish, briefly, and lets go of the connection, also of one that hangs. A later notice is
   * not given. Never throws; repeating it is harmless.
   */
  readonly close: () => Promise<void>
}

/**
 * The way to the relay. Nothing is connected before the first notice; from then on the connection is kept while it
 * is in use, and made again by the next notice after it was lost. It is let go after a few quiet seconds: it keeps no
 * program from ending for longer than that, whatever the server does.
 * @throws InvalidOptionError where an option is none: as the program starts, not with a notice
 */
export function connectRelay(options: RelayOptions = {}): Relay {
  const notifier = new RelayNotifier(checkedOptions(options))
  return { notifyRelay: () => notifier.notify(), close: () => notifier.close() }
}

const defaultPatienceMs = 250
const quietMs = 5_000
/** After a server took a connection and said nothing, for so long no other one is tried: requests would wait each. */
const muteMs = 10_000
/** What a caller may set otherwise. A server that hangs is noticed while notices keep coming, too. */
const defaults = { name: 'hwpv-async-client', timeout: 2_000, pingInterval: quietMs, maxPingOut: 1 }

class RelayNotifier {
  private readonly patienceMs: number
  private readonly onError: (error: unknown) => unknown
  private readonly natsOptions: NodeConnectionOptions
  private readonly credentials: Credentials
  private dialled: Dialled | undefined
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
    await this.briefly(this.letGo())
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
    this.quiet = setTimeout(() => void this.letGo(), quietMs).unref()
    this.dialled ??= this.open()
    return this.dialled.connection
  }

  private open(): Dialled {
    if (performance.now() < this.muteUntil) throw new Error('NATS did not answer a moment ago')
    const dialled = dial({ ...this.natsOptions, ...readCredentials(this.credentials) })
    void this.follow(dialled)
    return dialled
  }

  /** Until it is no more, for whatever reason; the next notice makes another one. */
  private async follow(dialled: Dialled): Promise<void> {
    try {
      const connection = await dialled.connection
      void this.listen(connection)
      await connection.closed()
    } catch (error) {
      // Whoever waits for it complains.
      if (error instanceof errors.TimeoutError) this.muteUntil = performance.now() + muteMs
    }
    if (this.dialled === dialled) this.dialled = undefined
  }

  /** The broker says no to a notice without an answer to it. */
  private async listen(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) if (status.type === 'error') this.complain(status.error)
  }

  private async letGo(): Promise<void> {
    clearTimeout(this.quiet)
    const { dialled } = this
    this.dialled = undefined
    await dialled?.close()
  }

  private complain(error: unknown): void {
    try {
      void Promise.resolve(this.onError(error)).catch(() => undefined)
    } catch {
      // What the listener does wrong, now or later, must not fail a web request that has been committed.
    }
  }

  private async briefly<T>(work: Promise<T>): Promise<T | false> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(resolve, this.patienceMs, false)
    })
    return Promise.race([work, late]).finally(() => clearTimeout(timer))
  }
}
