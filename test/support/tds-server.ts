import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { headerBytes, packet, prelogin, secured, type TdsCertificate } from './tds-tls.js'

/** What a client asks, once it has logged in. */
export interface TdsRequest {
  /** `whole`: a query that begins a transaction and commits it. */
  readonly kind: 'begin' | 'commit' | 'rollback' | 'query' | 'whole'
  /** The bytes of a query that are ASCII: enough to find a table's name in. */
  readonly text: string
  /** Which one of all the connections there have been, from 1. */
  readonly connection: number
}

export type TdsAnswer =
  /** It is done; a query has changed one row. */
  | 'ok'
  /** One row with a column `one`. */
  | 'row'
  /** It is done, and how many rows were changed is not said: `nocount` is on. */
  | 'uncounted'
  /** Nothing at all, not even to the request to forget it. */
  | 'silence'
  /** The request, and then the connection is reset. */
  | 'reset'
  /** The request, and then the connection is closed, as a server does that goes away in order. */
  | 'close'
  /** An error of the statement, in the first line or another one. */
  | { readonly error: number; readonly line?: number; readonly severity?: number }
  /** Of a transaction in one text: it has begun, and its end is not said. */
  | 'half'
  /** An error that rolled the transaction back, as a deadlock does. */
  | { readonly aborts: number }

const type = { rpc: 3, answer: 4, attention: 6, transaction: 14, login: 16 } as const
const transactions: Readonly<Record<number, TdsRequest['kind']>> = { 5: 'begin', 7: 'commit', 8: 'rollback' }

/**
 * As little of a SQL Server as its client needs to log in and to ask: a real server on a real socket, which answers what
 * a test tells it to. With a certificate it speaks TLS, and nothing else.
 */
export class TdsServer {
  /** What was asked after the logins. */
  readonly requests: TdsRequest[] = []
  /** How many connections were ever made. */
  connections = 0
  answer: (request: TdsRequest) => TdsAnswer = () => 'ok'
  /** Whether a new connection is greeted; otherwise it is kept waiting. */
  greets = true
  private readonly sockets = new Set<Socket>()
  private server: Server | undefined
  private port_ = 0

  private constructor(private readonly certificate: TdsCertificate | undefined) {}

  static async start(certificate?: TdsCertificate): Promise<TdsServer> {
    const server = new TdsServer(certificate)
    await server.start()
    return server
  }

  get port(): number {
    return this.port_
  }

  /** How many connections there are now. */
  get open(): number {
    return this.sockets.size
  }

  /** At the port it had before, if it had one. */
  async start(): Promise<void> {
    const server = createServer((socket) => this.accept(socket))
    this.server = server
    await new Promise<void>((resolve) => server.listen(this.port_, '127.0.0.1', resolve))
    this.port_ = (server.address() as AddressInfo).port
  }

  /** Resets every connection, and takes no more. */
  async stop(): Promise<void> {
    const server = this.server
    this.server = undefined
    const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
    for (const socket of this.sockets) socket.resetAndDestroy()
    await closed
  }

  /** Closes every connection in order, as a server does that goes away, and goes on taking new ones. */
  disconnect(): void {
    for (const socket of this.sockets) socket.end()
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket)
    const connection = ++this.connections
    socket.on('error', () => undefined)
    socket.on('close', () => this.sockets.delete(socket))
    onMessages(socket, (kind, body) => {
      if (!this.greets) return
      if (kind !== prelogin) return this.receive({ socket, channel: socket, connection }, kind, body)
      send(socket, preloginAnswer(this.certificate !== undefined))
      if (!this.certificate) return
      socket.removeAllListeners('data')
      const channel = secured(socket, this.certificate)
      channel.on('error', () => undefined)
      onMessages(channel, (...message) => this.receive({ socket, channel, connection }, ...message))
    })
  }

  private receive(client: Client, kind: number, body: Buffer): void {
    if (kind === type.login) return send(client.channel, Buffer.concat([loginAck, done(0xfd)]))
    if (kind === type.rpc || kind === type.transaction) {
      // All headers come first, with their length.
      const rest = body.subarray(body.readUInt32LE(0))
      const text = kind === type.rpc ? rest.toString('latin1').replace(/[^\x20-\x7e]/g, '') : ''
      const isWhole = /begin transaction;.*;commit/.test(text)
      const asked = isWhole ? 'whole' : 'query'
      const request: TdsRequest = {
        kind: kind === type.rpc ? asked : (transactions[rest.readUInt16LE(0)] ?? 'query'),
        text,
        connection: client.connection,
      }
      this.requests.push(request)
      return this.reply(client, request)
    }
    // What the client sends first on each connection, and the wish to forget a request.
    if (kind !== type.attention) send(client.channel, done(0xfd))
  }

  private reply({ socket, channel }: Client, request: TdsRequest): void {
    const answer = this.answer(request)
    if (answer === 'silence') return
    if (answer === 'reset') return void socket.resetAndDestroy()
    if (answer === 'close') return void channel.end()
    if (answer === 'row') return send(channel, Buffer.concat([oneRow, done(0xff, 1), done(0xfe)]))
    if (answer === 'uncounted') return send(channel, Buffer.concat([done(0xff), done(0xfe)]))
    if (answer === 'half') return send(channel, Buffer.concat([begun, done(0xfe)]))
    const isWhole = request.kind === 'whole'
    if (answer !== 'ok')
      return send(channel, Buffer.concat([isWhole ? begun : nothing, failure(answer, isWhole)]))
    if (isWhole) return send(channel, Buffer.concat([begun, done(0xff, 1), committed, done(0xfe)]))
    send(channel, request.kind === 'query' ? Buffer.concat([done(0xff, 1), done(0xfe)]) : ended(request.kind))
  }
}

interface Client {
  readonly socket: Socket
  /** What messages travel on: the socket, or what is encrypted on it. */
  readonly channel: Duplex
  readonly connection: number
}

/** Tells of each whole message: the type of its packets, and what they hold. */
function onMessages(channel: Duplex, tell: (kind: number, body: Buffer) => void): void {
  let received = Buffer.alloc(0)
  let message: Buffer[] = []
  channel.on('data', (bytes: Buffer) => {
    received = Buffer.concat([received, bytes])
    while (received.length >= headerBytes && received.length >= received.readUInt16BE(2)) {
      const length = received.readUInt16BE(2)
      message.push(received.subarray(headerBytes, length))
      const [kind, isLast] = [received.readUInt8(0), (received.readUInt8(1) & 1) === 1]
      received = received.subarray(length)
      if (!isLast) continue
      const body = Buffer.concat(message)
      message = []
      tell(kind, body)
    }
  })
}

const send = (channel: Duplex, body: Buffer): void => void channel.write(packet(type.answer, body))

/** Version, and whether encryption is on, or not to be had. */
const preloginAnswer = (encrypts: boolean) =>
  Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, encrypts ? 1 : 2])

const shortText = (text: string) => Buffer.concat([Buffer.of(text.length), Buffer.from(text, 'utf16le')])

/** A token, its length in two bytes, and what it holds. */
function token(id: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(3)
  head.writeUInt8(id, 0)
  head.writeUInt16LE(body.length, 1)
  return Buffer.concat([head, body])
}

const loginAck = token(0xad, Buffer.from([1, 0x74, 0, 0, 4]), shortText('test'), Buffer.from([16, 0, 0, 0]))

function done(id: number, count?: number, status = 0): Buffer {
  const bytes = Buffer.alloc(13)
  bytes.writeUInt8(id, 0)
  // More follows what is done inside a procedure.
  bytes.writeUInt16LE(status | (count === undefined ? 0 : 0x10) | (id === 0xff ? 1 : 0), 1)
  bytes.writeUInt32LE(count ?? 0, 5)
  return bytes
}

const transactionId = Buffer.from([8, 1, 2, 3, 4, 5, 6, 7, 8])
const none = Buffer.of(0)
const nothing = Buffer.alloc(0)
const change = (kind: number, now: Buffer, before: Buffer) => token(0xe3, Buffer.of(kind), now, before)
const begun = change(8, transactionId, none)
const committed = change(9, none, transactionId)
const rolledBack = change(10, none, transactionId)

function ended(kind: Exclude<TdsRequest['kind'], 'query' | 'whole'>): Buffer {
  const changes = { begin: begun, commit: committed, rollback: rolledBack }
  return Buffer.concat([changes[kind], done(0xfd)])
}

function failure(answer: Exclude<TdsAnswer, string>, endsTransaction: boolean): Buffer {
  const number = Buffer.alloc(6)
  number.writeUInt32LE('error' in answer ? answer.error : answer.aborts, 0)
  // State and class.
  number.writeUInt8(1, 4)
  number.writeUInt8('error' in answer ? (answer.severity ?? 16) : 16, 5)
  const text = 'failed'
  const length = Buffer.alloc(2)
  length.writeUInt16LE(text.length)
  const message = Buffer.concat([length, Buffer.from(text, 'utf16le')])
  const line = Buffer.alloc(4)
  line.writeUInt32LE('error' in answer ? (answer.line ?? 1) : 1)
  const error = token(0xaa, number, message, shortText('test'), shortText(''), line)
  const isEnded = endsTransaction || 'aborts' in answer
  return Buffer.concat([isEnded ? rolledBack : nothing, error, done(0xfe, undefined, 2)])
}

/** A column `one` of whole numbers, and a row with 1. */
const oneRow = Buffer.concat([
  Buffer.from([0x81, 1, 0, 0, 0, 0, 0, 0, 0, 0x38]),
  shortText('one'),
  Buffer.from([0xd1, 1, 0, 0, 0]),
])
