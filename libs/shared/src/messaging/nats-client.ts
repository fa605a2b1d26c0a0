import { setTimeout as delay } from 'node:timers/promises'
import {
  jetstream,
  jetstreamManager,
  type JetStreamClient,
  type JetStreamManager,
  type PubAck,
} from '@nats-io/jetstream'
import type { MsgHdrs } from '@nats-io/nats-core'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { Log } from '../logging/index.js'
import { StartRefused } from './start-refused.js'
import type { NatsSettings } from './nats.settings.js'

const oldestServer = [2, 10] as const
const publishTries = 3
const publishTimeoutMs = 5_000
const flushMs = 2_000

/** The connection to NATS: made in the background, made again for as long as it takes. */
export class NatsClient {
  private connection: NatsConnection | undefined
  private jetStream: JetStreamClient | undefined
  private jetStreamManager: JetStreamManager | undefined
  private connecting: Promise<void> | undefined
  private connected = false
  private closing = false
  private readonly reconnectListeners: (() => void)[] = []

  constructor(
    private readonly settings: NatsSettings,
    private readonly name: string,
    private readonly log: Log,
  ) {}

  /**
   * Waits until there is a connection. Calling it again waits for the same one.
   * @throws StartRefused if the server is too old
   */
  connect(): Promise<void> {
    this.connecting ??= this.open()
    return this.connecting
  }

  get isConnected(): boolean {
    return this.connected
  }
  get core(): NatsConnection {
    if (!this.connection) throw new Error('not connected to NATS')
    return this.connection
  }
  get manager(): JetStreamManager {
    if (!this.jetStreamManager) throw new Error('not connected to NATS')
    return this.jetStreamManager
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
    if (!this.jetStream) throw new Error('not connected to NATS')
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.jetStream.publish(subject, data, { ...options, timeout: publishTimeoutMs })
      } catch (error) {
        if (attempt >= publishTries || this.closing) throw error
      }
    }
  }

  /** Sends what is under way and closes; what a server that is away cannot take will be published again. */
  async close(): Promise<void> {
    this.closing = true
    if (this.connected)
      await Promise.race([
        this.connection?.flush().catch(() => undefined),
        delay(flushMs, undefined, { ref: false }),
      ])
    await this.connection?.close()
  }

  private async open(): Promise<void> {
    const connection = await connect({
      servers: this.settings.servers,
      name: this.name,
      waitOnFirstConnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
      pingInterval: 10_000,
      maxPingOut: 2,
    })
    if (this.closing) return connection.close()
    this.connection = connection
    assertRecent(connection.info?.version)
    this.jetStream = jetstream(connection)
    this.jetStreamManager = await jetstreamManager(connection, { checkAPI: false })
    this.connected = true
    this.log.info('connected to NATS', { version: connection.info?.version ?? 'unknown' })
    void this.watch(connection)
  }

  private async watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        this.connected = false
        this.log.warn('connection to NATS lost')
      } else if (status.type === 'reconnect') {
        this.connected = true
        this.log.info('connected to NATS again')
        this.reconnectListeners.forEach((listener) => listener())
      }
    }
    this.connected = false
  }
}

function assertRecent(version: string | undefined): void {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
  if (major < oldestServer[0] || (major === oldestServer[0] && minor < oldestServer[1])) {
    throw new StartRefused(`nats-server ${version} is too old: ${oldestServer.join('.')} or newer is needed`)
  }
}
