import { createConnection, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import {
  errors,
  hasWsProtocol,
  NatsConnectionImpl,
  ProtocolHandler,
  setTransportFactory,
  type NatsConnection,
  type NodeConnectionOptions,
  type Server,
} from '@nats-io/transport-node'
// The package has no other way to it: `connect` makes its transports itself.
import { nodeResolveHost, NodeTransport } from '@nats-io/transport-node/lib/node_transport.js'

/** A connection that may not be there yet. */
export interface Dialled {
  /** Rejects where there will be none. */
  readonly connection: Promise<NatsConnection>
  /** Lets go of every socket, whether it is connected, connecting or connecting again. Safe to repeat. */
  close(): Promise<void>
}

/**
 * What the library's `connect` does, with an end to it: the library leaves a socket open whose server took the
 * connection and never said who it is, and cannot be told to stop while it connects.
 */
export function dial(options: NodeConnectionOptions): Dialled {
  try {
    if (hasWsProtocol(options)) throw errors.InvalidArgumentError.format('servers', 'must not be websockets')
    useOurTransport()
    // As `connect` does it, which keeps what it makes to itself until it is connected.
    const connection = Reflect.construct(NatsConnectionImpl, [options]) as NatsConnection &
      Pick<NatsConnectionImpl, 'options' | 'protocol'>
    const protocol = new Protocol(connection.options, connection)
    connection.protocol = protocol
    return { connection: protocol.dialLoop().then(() => connection), close: () => protocol.close() }
  } catch (error) {
    const refused = Promise.resolve().then(() => {
      throw error
    })
    return { connection: refused, close: () => Promise.resolve() }
  }
}

class Protocol extends ProtocolHandler {
  /** One address of a server; the library goes on to the next one, also after it was closed. */
  override async dial(server: Server): Promise<void> {
    if (this.isClosed()) throw new errors.ClosedConnectionError()
    // It is asked before this call comes back: nobody sets another one meanwhile.
    useOurTransport()
    return super.dial(server)
  }

  /** A server that hangs up while it greets has answered: the library would wait for the rest of the time. */
  override disconnected(error?: Error): Promise<void> {
    this.connectError?.(error ?? new errors.ClosedConnectionError())
    return super.disconnected(error)
  }

  override async close(error?: Error): Promise<void> {
    await super.close(error)
    // The library leaves those waiting for ever who asked whether the server has everything.
    for (const flushed of this.pongs.splice(0)) flushed.reject(error ?? new errors.ClosedConnectionError())
  }
}

/** One for the whole process, which every connection of the library sets. */
function useOurTransport(): void {
  setTransportFactory({ factory: () => new Transport(), dnsResolveFn: nodeResolveHost })
}

/** As the library's, but that it closes what it has opened. */
class Transport extends NodeTransport {
  private opened: Socket | undefined

  override async dial({ hostname, port }: { hostname: string; port: number }): Promise<Socket> {
    const socket = createConnection(port, hostname).setNoDelay(true)
    this.opened = socket
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject)
      socket.once('close', () => reject(new errors.ClosedConnectionError()))
    })
    return socket
  }

  /** Where TLS comes first, on a socket of our own too. */
  override async tlsFirst(host: { hostname: string; port: number }): Promise<TLSSocket> {
    this.socket = await this.dial(host)
    return super.tlsFirst(host)
  }

  override startTLS(): Promise<TLSSocket> {
    // While files are read for it nobody else listens, and an error that nobody hears ends the process.
    this.opened?.on('error', () => undefined)
    return super.startTLS()
  }

  override async close(error?: Error): Promise<void> {
    await super.close(error)
    this.done = true
    // Without an error: by now nobody may be left to hear it.
    this.opened?.destroy()
  }

  /** Waits for nothing to be written first: a server that does not read would never let it end. */
  override disconnect(): void {
    void this.close()
  }
}
