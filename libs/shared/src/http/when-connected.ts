import type { ClientRequest } from 'node:http'
import { TLSSocket } from 'node:tls'

export interface Connecting {
  /** There is a connection, and it is being made secure. */
  readonly handshaking: () => void
  /** From now on what is written leaves this machine. */
  readonly connected: () => void
}

/** Nothing of a request is written before it is told: until then, a failure means that nobody has heard of it. */
export function whenConnected(request: ClientRequest, { handshaking, connected }: Connecting): void {
  request.once('socket', (socket) => {
    // One that was kept from an earlier request.
    if (request.reusedSocket) return connected()
    if (socket instanceof TLSSocket) {
      socket.once('connect', handshaking)
      socket.once('secureConnect', connected)
    } else if (socket.connecting) socket.once('connect', connected)
    else connected()
  })
}
