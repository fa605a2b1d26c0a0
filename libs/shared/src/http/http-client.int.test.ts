import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { once } from 'node:events'
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { generate } from 'selfsigned'
import { HttpClient, type HttpRequest } from './index.js'

let certificate: { readonly key: string; readonly cert: string }
const servers: Server[] = []
const sockets = new Set<Socket>()
let client: HttpClient

beforeAll(async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
  certificate = { key, cert }
})
beforeAll(() => void (client = new HttpClient()))
afterEach(async () => {
  sockets.forEach((socket) => socket.destroy())
  for (const server of servers.splice(0)) {
    server.close()
    await once(server, 'close')
  }
})
afterAll(() => client.close())

async function listening(server: Server): Promise<number> {
  servers.push(server)
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const plain = async (listener: RequestListener) =>
  `http://127.0.0.1:${await listening(http.createServer(listener))}/`
/** Its certificate is nobody's that anybody trusts. */
const secure = async (listener: RequestListener) =>
  `https://127.0.0.1:${await listening(https.createServer(certificate, listener))}/`
const raw = async (listener: (socket: Socket) => void) =>
  `http://127.0.0.1:${await listening(net.createServer(listener))}/`

const post = (url: string, options: Partial<HttpRequest> = {}) =>
  client.send({ method: 'POST', url, body: 'what is asked', timeoutMs: 5_000, ...options })

const megabytes = Buffer.alloc(50_000_000, 'a')

describe('an answer', () => {
  it('is read as it is', async () => {
    const url = await plain((request, response) => {
      void text(request).then((body) => response.writeHead(207, { 'x-note': 'n' }).end(`${body}: ünïcode`))
    })
    expect(await post(url)).toMatchObject({
      ...{ kind: 'answered', status: 207, body: 'what is asked: ünïcode' },
      headers: { 'x-note': 'n' },
    })
  })

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', (bytes: Buffer) => bytes],
  ])('is unpacked, and never to more than its limit: %s', async (encoding, pack) => {
    // Packed before anybody waits for an answer.
    const [small, large] = [pack(Buffer.from('small')), pack(megabytes)]
    let body = small
    const url = await plain((_, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body),
    )
    expect(await post(url)).toMatchObject({ kind: 'answered', body: 'small' })
    body = large
    const before = process.memoryUsage().arrayBuffers
    expect(await post(url)).toMatchObject({ kind: 'unanswered', failure: 'unreadable', status: 200 })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(megabytes.length)
  })

  const endless: Readonly<Record<string, (response: ServerResponse) => void>> = {
    'without an end': (response) => {
      response.writeHead(200)
      const write = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(100_000), write)
      }
      write()
    },
    'packed more than once': (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(gzipSync(gzipSync(megabytes))),
    'packed in another way': (response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end('x'),
    'that is not what it says': (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'),
    'that breaks off': (response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half', () => response.destroy())
    },
  }
  it.each(Object.entries(endless))('is unreadable %s', async (_, answer) => {
    const url = await plain((__, response) => answer(response))
    expect(await post(url)).toMatchObject({ kind: 'unanswered', failure: 'unreadable', status: 200 })
  })

  it('that breaks off has said what its head says', async () => {
    const url = await plain((_, response) => {
      response.writeHead(429, { 'retry-after': '40', 'content-length': 100 })
      response.write('half', () => response.destroy())
    })
    expect(await post(url)).toMatchObject({ status: 429, headers: { 'retry-after': '40' } })
  })

  it('that trickles in is waited for no longer than the time-out, in its head or its body', async () => {
    const drip = (socket: { write: (text: string) => unknown; destroyed: boolean }) => {
      const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('a')), 10)
    }
    const body = await plain((_, response) => {
      response.writeHead(200)
      drip(response)
    })
    expect(await post(body, { timeoutMs: 200 })).toMatchObject({ kind: 'unanswered', failure: 'timeout' })
    const head = await raw((socket) => {
      socket.on('error', () => undefined)
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ')
      drip(socket)
    })
    expect(await post(head, { timeoutMs: 200 })).toMatchObject({ kind: 'unanswered', failure: 'timeout' })
  })

  it('with too long a head is unreadable', async () => {
    const url = await raw((socket) => {
      socket.on('error', () => undefined)
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`)
    })
    expect(await post(url)).toEqual({ kind: 'unanswered', failure: 'unreadable' })
  })

  it.each([301, 302, 303, 307, 308])('that sends elsewhere is one like others: %d', async (status) => {
    let elsewhere = 0
    const target = await plain((_, response) => {
      elsewhere += 1
      response.end()
    })
    const url = await plain((_, response) => response.writeHead(status, { location: target }).end())
    expect(await post(url)).toMatchObject({ kind: 'answered', status })
    expect(elsewhere).toBe(0)
  })
})

describe('a request', () => {
  /** Counts what comes over a connection after it is there. */
  function counting(): { bytes: number; listener: (socket: Socket) => void } {
    const seen = {
      bytes: 0,
      listener: (socket: Socket) => {
        socket.on('error', () => undefined)
        socket.on('data', (bytes) => (seen.bytes += bytes.length))
      },
    }
    return seen
  }

  it('is certainly not sent where nobody listens, or no name is found', async () => {
    for (const url of ['http://127.0.0.1:2/', 'https://127.0.0.1:2/', 'http://no-such-host.invalid/'])
      expect(await post(url)).toEqual({ kind: 'not-sent', failure: 'unreachable' })
    expect(await post('http://:0:0')).toEqual({ kind: 'not-sent', failure: 'client-failed' })
  })

  it('is certainly not sent to who has not the right certificate, or speaks no TLS', async () => {
    let asked = 0
    const untrusted = await secure((_, response) => {
      asked += 1
      response.end()
    })
    expect(await post(untrusted)).toEqual({ kind: 'not-sent', failure: 'handshake-failed' })
    const noTls = await raw((socket) => socket.on('error', () => undefined).end('SSH-2.0-x\r\n'))
    expect(await post(noTls.replace('http:', 'https:'))).toEqual({
      kind: 'not-sent',
      failure: 'handshake-failed',
    })
    const closes = await raw((socket) => socket.destroy())
    expect(await post(closes.replace('http:', 'https:'))).toEqual({
      kind: 'not-sent',
      failure: 'handshake-failed',
    })
    expect(asked).toBe(0)
  })

  it('is certainly not sent where the handshake outlasts the time', async () => {
    const seen = counting()
    const url = (await raw(seen.listener)).replace('http:', 'https:')
    expect(await post(url, { timeoutMs: 200 })).toEqual({ kind: 'not-sent', failure: 'handshake-failed' })
  })

  it('is not written where it is too late for it when the connection is there', async () => {
    const seen = counting()
    const url = await raw(seen.listener)
    let asked = 0
    const late = () => {
      asked += 1
      return false
    }
    expect(await post(url, { mayStillSend: late })).toEqual({ kind: 'not-sent', failure: 'too-late' })
    expect({ asked, bytes: seen.bytes }).toEqual({ asked: 1, bytes: 0 })
  })

  it('is not written by a process that stood still while it connected', async () => {
    const seen = counting()
    const url = await raw(seen.listener)
    const sending = post(url, { timeoutMs: 200 })
    const begun = performance.now()
    while (performance.now() - begun < 400);
    expect(await sending).toMatchObject({ kind: 'not-sent' })
    expect(seen.bytes).toBe(0)
  })

  it.each<[string, (request: IncomingMessage) => void]>([
    ['the connection is closed', ({ socket }) => socket.destroy()],
    ['the connection is reset', ({ socket }) => socket.resetAndDestroy()],
    ['what is no HTTP comes', ({ socket }) => socket.end('SSH-2.0-x\r\n')],
  ])('may have been taken where %s afterwards', async (_, disturb) => {
    const url = await plain((request) => disturb(request))
    expect((await post(url)).kind).toBe('unanswered')
  })

  it('may have been taken where TLS breaks afterwards', async () => {
    let under: Socket | undefined
    const server = https.createServer(certificate, (request) => {
      request.resume()
      // A record that nobody can read.
      under?.write(Buffer.from([23, 3, 3, 0, 4, 1, 2, 3, 4]))
    })
    server.on('connection', (socket: Socket) => (under = socket))
    const url = `https://127.0.0.1:${await listening(server)}/`
    const trusting = new HttpClient({ ca: certificate.cert, checkServerIdentity: () => undefined })
    const result = await trusting.send({ method: 'POST', url, body: 'x', timeoutMs: 5_000 })
    trusting.close()
    expect(result.kind).toBe('unanswered')
  })

  it('is not waited for after it is aborted', async () => {
    const url = await plain(() => undefined)
    expect(await post(url, { signal: AbortSignal.abort() })).toEqual({
      kind: 'not-sent',
      failure: 'too-late',
    })
    expect(await post(url, { signal: AbortSignal.timeout(100) })).toEqual({
      ...{ kind: 'unanswered', failure: 'timeout' },
    })
  })
})
