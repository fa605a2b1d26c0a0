import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
  type PubAck,
} from '@nats-io/jetstream'
import { PermissionViolationError, type MsgHdrs } from '@nats-io/nats-core'
import type { NatsConnection } from '@nats-io/transport-node'
import { describeError, type Log, OwnError } from '../../logging/index.js'
import { dial, type Dialled } from './dial.js'
import { connectOptions, inboxPrefix, refusalOf } from './nats-connection.js'
import type { NatsSettings } from './nats.settings.js'
import { StartRefused } from './start-refused.js'

const oldestServer = [2, 10] as const
const publishTries = 3
const publishTimeoutMs = 5_000
const flushMs = 2_000
const reconnectMs = 500
/** For a server to take a connection and greet. */
const connectMs = 10_000
const away = 'away'
/** A server that is there answers a ping in no time. */
const answerMs = 2_000
/** It may fall silent just after it has answered one. */
const askAgainMs = 500
const silent = 'it does not answer'

/** Asks the server whether it is there. */
interface Ping {
  /** It has had no answer for so long that it is silent. */
  isLate: boolean
  readonly answeredOrLate: Promise<void>
}

/** The connection to NATS: made in the background, made again for as long as it takes. */
export class NatsClient {
  private dialled: Dialled | undefined
  private connection: NatsConnection | undefined
  private jetStream: JetStreamClient | undefined
  private jetStreamManager: JetStreamManager | undefined
  private connecting: Promise<void> | undefined
  private connected = false
  private closing = false
  /** Why the last try to connect failed, once that has been said. */
  private problem: string | undefined
  /** In a cluster that is being changed, the next server may be an older one. */
  private tooOld: string | undefined
  /** A ping that has no answer yet. */
  private ping: Ping | undefined
  private readonly reconnectListeners: (() => void)[] = []

  constructor(
    readonly settings: NatsSettings,
    /** Of the service, by which the broker's operators know it. */
    private readonly name: string,
    private readonly log: Log,
  ) {}

  /**
   * Waits until there is a connection, also where the broker refuses the credentials: its list of users may be put
   * right. Calling it again waits for the same one.
   * @throws StartRefused if the server is too old
   */
  connect(): Promise<void> {
    this.connecting ??= this.open()
    return this.connecting
  }

  get isConnected(): boolean {
    return this.connected
  }
  /** Why there is no connection, or none to a server that will do; undefined while there is. */
  get lacks(): string | undefined {
    return this.connected ? this.tooOld : (this.problem ?? away)
  }
  /** Whether nobody answers there, and that is all: nothing was refused. */
  get isAway(): boolean {
    return this.lacks === away
  }
  get core(): NatsConnection {
    if (!this.connection) throw new OwnError('not connected to NATS')
    return this.connection
  }
  get manager(): JetStreamManager {
    if (!this.jetStreamManager) throw new OwnError('not connected to NATS')
    return this.jetStreamManager
  }

  /** Why nothing can be asked of the server, as far as is known; undefined where nothing is known against it. */
  get unavailable(): string | undefined {
    if (!this.connected) return this.lacks ?? away
    return this.ping?.isLate ? silent : undefined
  }

  /**
   * The same, asked: a server that is stopped, or whose machine hangs, keeps its connection for half a minute, and each
   * request to it waits for its own end. Waits two seconds at most, once for all who ask in the same silence.
   */
  async whyUnavailable(): Promise<string | undefined> {
    if (!this.connected) return this.unavailable
    const ping = (this.ping ??= this.sendPing())
    if (!ping.isLate) await ping.answeredOrLate
    return ping.isLate ? silent : this.unavailable
  }

  /**
   * The answer to what may ask the server, unless that falls silent meanwhile: then whoever waits is told within three
   * seconds, and the work ends by itself.
   */
  async unlessSilent<T>(work: Promise<T>): Promise<T> {
    const ended = new AbortController()
    try {
      return await Promise.race([work, this.silence(ended.signal)])
    } finally {
      ended.abort()
    }
  }

  /** A subject on which only this service may listen; another one each time. */
  inbox(purpose: string): string {
    return `${inboxPrefix(this.name)}.${purpose}.${randomBytes(9).toString('hex')}`
  }

  onReconnect(listener: () => void): void {
    this.reconnectListeners.push(listener)
  }

  /**
   * Stores a message in its stream, trying a few times; the id makes a repeat of it harmless.
   * @throws when the server did not confirm it
   */
  async publish(
    subject: string,
    data: Uint8Array | string,
    options: { msgID: string; headers: MsgHdrs },
  ): Promise<PubAck> {
    if (!this.jetStream) throw new OwnError('not connected to NATS')
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.jetStream.publish(subject, data, { ...options, timeout: publishTimeoutMs })
      } catch (error) {
        if (attempt >= publishTries || this.closing) throw error
      }
    }
  }

  /**
   * Sends what is under way and closes, connected or not yet; what a server that is away cannot take will be
   * published again. A server that says nothing holds it up for two seconds at the most.
   */
  async close(): Promise<void> {
    this.closing = true
    if (this.connected)
      await Promise.race([
        this.connection?.flush().catch(() => undefined),
        delay(flushMs, undefined, { ref: false }),
      ])
    await this.dialled?.close()
  }

  /** Ends when the server is silent. @throws OwnError then, and an AbortError when nobody waits any more */
  private async silence(signal: AbortSignal): Promise<never> {
    for (;;) {
      const pause = delay(askAgainMs, undefined, { signal, ref: false })
      const [why] = await Promise.all([this.whyUnavailable(), pause])
      if (why !== undefined) throw new OwnError('NATS does not answer')
    }
  }

  /** Where the connection is lost meanwhile it ends too, and a new one has its own. */
  private sendPing(): Ping {
    const answered = this.core.flush().catch(() => undefined)
    const ended = new AbortController()
    const late = delay(answerMs, undefined, { signal: ended.signal, ref: false }).then(
      () => void (ping.isLate = true),
      () => undefined,
    )
    const ping: Ping = { isLate: false, answeredOrLate: Promise.race([answered, late]) }
    void answered.then(() => {
      ended.abort()
      if (this.ping === ping) this.ping = undefined
    })
    return ping
  }

  private async open(): Promise<void> {
    const connection = await this.firstConnection()
    this.connection = connection
    const refusal = tooOld(connection.info?.version)
    if (refusal !== undefined) throw new StartRefused(refusal)
    this.jetStream = jetstream(connection)
    this.jetStreamManager = await jetstreamManager(connection, { checkAPI: false })
    this.connected = true
    this.problem = undefined
    this.log.info('connected to NATS', { version: connection.info?.version ?? 'unknown' })
    void this.watch(connection)
  }

  /** The client's own waiting for a first connection would not say why there is none. */
  private async firstConnection(): Promise<NatsConnection> {
    while (!this.closing) {
      try {
        this.dialled = dial({
          ...connectOptions(this.settings, this.name),
          timeout: connectMs,
          maxReconnectAttempts: -1,
          reconnectTimeWait: reconnectMs,
          reconnectJitterTLS: reconnectMs / 5,
          ignoreAuthErrorAbort: true,
          pingInterval: 10_000,
          maxPingOut: 2,
        })
        const connection = await this.dialled.connection
        if (!this.closing) return connection
        await connection.close()
      } catch (error) {
        if (this.closing) break
        this.couldNotConnect(error)
        await delay(reconnectMs)
      }
    }
    // Whoever waits for it is being stopped too.
    return new Promise(() => undefined)
  }

  private async watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      // A try to connect again that fails is a disconnection too.
      if (status.type === 'disconnect' && this.connected) {
        this.connected = false
        this.log.warn('connection to NATS lost')
      } else if (status.type === 'reconnect') {
        this.connected = true
        this.problem = undefined
        this.log.info('connected to NATS again')
        this.tooOld = tooOld(connection.info?.version)
        if (this.tooOld !== undefined) this.log.refused(this.tooOld)
        this.reconnectListeners.forEach((listener) => listener())
      } else if (status.type === 'error') this.reported(status.error)
    }
    this.connected = false
  }

  /** What the broker says no to. Whoever asked may hear of it or not: here it is never lost. */
  private reported(error: Error): void {
    if (error instanceof PermissionViolationError) {
      const what = error.operation === 'publish' ? 'publish' : 'subscribe'
      const { subject } = error
      this.log.error(`the broker does not let this service ${what}: see deploy/nats/README.md`, error, {
        subject,
      })
    } else if (this.connected && refusalOf(error) === undefined)
      this.log.error('the broker reports an error', error)
    else this.couldNotConnect(error)
  }

  /** Said once for each reason, not for each try. */
  private couldNotConnect(error: unknown): void {
    const problem = refusalOf(error) ?? away
    if (problem === this.problem) return
    this.problem = problem
    if (problem !== away) return this.log.error(`no connection to NATS: ${problem}`, error)
    const { name, code = name } = describeError(error)
    this.log.warn('NATS cannot be reached yet', { reason: code })
  }
}

function tooOld(version: string | undefined): string | undefined {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
  const isRecent = major > oldestServer[0] || (major === oldestServer[0] && minor >= oldestServer[1])
  return isRecent
    ? undefined
    : `nats-server ${version} is too old: ${oldestServer.join('.')} or newer is needed`
}
