import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What a server that takes connections may do instead of what a nats-server does, with which connection. */
export type Hang = (socket: Socket, number: number) => void

const info = (more: object = {}): string =>
  `INFO ${JSON.stringify({ server_id: 'X', version: '2.10.0', headers: true, max_payload: 1_048_576, ...more })}\r\n`

/** As a nats-server does, for as long as `answers` says; then silence, on a connection that stays open. */
const greeting =
  (answers: number): Hang =>
  (socket) => {
    let left = answers
    socket.write(info())
    socket.on('data', (data) => {
      const pings = data.toString().split('PING\r\n').length - 1
      for (let i = 0; i < pings && left-- > 0; i++) socket.write('PONG\r\n')
    })
  }

/** Each kind of a server that never gets to work, by name. */
export const hangs: Readonly<Record<string, Hang>> = {
  'says nothing': () => undefined,
  'says half a line': (socket) => void socket.write('INFO {"server_id":"X"'),
  'says who it is, and no more': (socket) => void socket.write(info()),
  'says who it is, and closes': (socket) => void socket.end(info()),
  'begins with TLS, and no more': (socket) =>
    void socket.write(info({ tls_required: true, tls_available: true })),
  'says what is no greeting, without an end': (socket) => void socket.write('x'.repeat(100_000)),
  'closes at once': (socket) => void socket.end(),
  'resets at once': (socket) => void socket.resetAndDestroy(),
  'greets, and is silent from then on': greeting(1),
  'hangs up, and says nothing to the next': (socket, number) => {
    if (number > 1) return
    greeting(1)(socket, number)
    socket.once('data', () => socket.end())
  },
}

/** A real TCP server that takes every connection and does the same with each. */
export class HangingServer {
  readonly sockets = new Set<Socket>()
  taken = 0
  private constructor(private readonly server: Server) {}

  static async start(hang: Hang): Promise<HangingServer> {
    const server = createServer()
    const hanging = new HangingServer(server)
    server.on('connection', (socket) => {
      hanging.taken++
      hanging.sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => hanging.sockets.delete(socket))
      hang(socket, hanging.taken)
      // Without a reader the other side's end is never seen.
      socket.resume()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return hanging
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
