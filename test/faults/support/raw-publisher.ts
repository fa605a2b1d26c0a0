import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What the server answers: where the message is stored, or why it is not. */
export interface StoreAnswer {
  readonly stream?: string
  readonly seq?: number
  readonly duplicate?: boolean
  readonly error?: { readonly description: string }
}

const inbox = '_RAW.answers'
const crlf = Buffer.from('\r\n')

/**
 * Speaks the server's protocol itself: the client library refuses to send many of the headers that a program in
 * another language, or a broken one, may send.
 */
export class RawPublisher {
  private readonly waiting = new Map<number, (answer: StoreAnswer) => void>()
  private readonly closed: Promise<Error>
  private unread = Buffer.alloc(0)
  private last = 0

  private constructor(private readonly socket: Socket) {
    socket.on('data', (data) => this.read(data))
    this.closed = new Promise((resolve) => {
      socket.on('error', resolve)
      socket.on('close', () => resolve(new Error('the server closed the connection')))
    })
  }

  static async connect(port: number): Promise<RawPublisher> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const publisher = new RawPublisher(socket)
    socket.write(`CONNECT {"verbose":false,"pedantic":false,"headers":true}\r\nSUB ${inbox}.* 1\r\n`)
    return publisher
  }

  /**
   * Publishes bytes as they are and waits for the stream's answer.
   * @param headers the whole block, `NATS/1.0` and the empty line at its end included
   */
  publish(subject: string, body: Uint8Array, headers?: Uint8Array): Promise<StoreAnswer> {
    const number = ++this.last
    const sizes = headers ? `${headers.length} ${headers.length + body.length}` : String(body.length)
    const command = `${headers ? 'HPUB' : 'PUB'} ${subject} ${inbox}.${number} ${sizes}\r\n`
    this.socket.write(Buffer.concat([Buffer.from(command), headers ?? Buffer.alloc(0), body, crlf]))
    const answer = new Promise<StoreAnswer>((resolve) => this.waiting.set(number, resolve))
    return Promise.race([answer, this.closed.then((error) => Promise.reject(error))])
  }

  close(): void {
    this.socket.destroy()
  }

  private read(data: Buffer): void {
    this.unread = Buffer.concat([this.unread, data])
    for (let end = this.unread.indexOf(crlf); end >= 0; end = this.unread.indexOf(crlf)) {
      const line = this.unread.subarray(0, end).toString()
      const message = /^MSG \S+\.(\d+) \S+ (\d+)$/.exec(line)
      const next = end + 2 + (message ? Number(message[2]) + 2 : 0)
      if (this.unread.length < next) return
      const payload = this.unread.subarray(end + 2, next - 2).toString()
      this.unread = this.unread.subarray(next)
      if (message) this.answer(Number(message[1]), JSON.parse(payload) as StoreAnswer)
      else if (line === 'PING') this.socket.write('PONG\r\n')
      else if (line.startsWith('-ERR')) this.socket.destroy(new Error(line))
    }
  }

  private answer(number: number, answer: StoreAnswer): void {
    this.waiting.get(number)?.(answer)
    this.waiting.delete(number)
  }
}
