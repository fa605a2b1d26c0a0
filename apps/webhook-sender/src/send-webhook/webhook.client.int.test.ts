import { afterEach, describe, expect, it } from 'vitest'
import http, { type RequestListener } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import { WebhookClient, type WebhookClientOptions } from './webhook.client.js'

type Resolve = NonNullable<WebhookClientOptions['resolve']>

const certificate = await generate([{ name: 'commonName', value: 'webhooks.example.org' }])
const open: { close(): void }[] = []
afterEach(() => open.splice(0).forEach((each) => each.close()))

let asked = 0
const taking: RequestListener = (request, response) => {
  asked += 1
  request.resume()
  response.writeHead(200).end()
}

async function listening(server: http.Server | https.Server): Promise<number> {
  open.push({
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const plain = (handle: RequestListener = taking) => listening(http.createServer(handle))
const secure = () =>
  listening(https.createServer({ key: certificate.private, cert: certificate.cert }, taking))

function client(options: Partial<WebhookClientOptions> = {}): WebhookClient {
  const made = new WebhookClient({
    ...{ timeoutMs: 2_000, isLoopbackAllowed: false, now: () => new Date() },
    tls: { ca: certificate.cert, checkServerIdentity: () => undefined },
    ...options,
  })
  open.push(made)
  return made
}

const post = (address: string, options: Partial<WebhookClientOptions> = {}) =>
  client(options).post({ address, headers: {}, body: '{}', mayStillSend: () => true })

/** Answers each time that it is asked with the next of these. */
function resolving(...answers: readonly string[][]): { resolve: Resolve; names: string[] } {
  const names: string[] = []
  const resolve: Resolve = (name, found) => {
    const addresses = answers[Math.min(names.length, answers.length - 1)] ?? []
    names.push(name)
    found(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  return { resolve, names }
}

const refused = { kind: 'failed', reason: 'webhook-address-refused', afterMs: 0 }

describe('a webhook', () => {
  it('is not sent to an address of this machine, or of a network that is not the public’s', async () => {
    const [httpPort, httpsPort] = [await plain(), await secure()]
    asked = 0
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '0.0.0.0']) {
      expect(await post(`https://${host}:${httpsPort}/`)).toEqual(refused)
      expect(await post(`http://${host}:${httpPort}/`)).toEqual(refused)
    }
    for (const host of ['10.0.0.1', '169.254.169.254', '[fd00:ec2::254]', '100.64.0.1', '192.168.0.1'])
      expect(await post(`https://${host}/`)).toEqual(refused)
    expect(asked).toBe(0)
  })

  it('is not sent where a name has such an address, alone or among others', async () => {
    const port = await secure()
    asked = 0
    for (const addresses of [
      ['127.0.0.1'],
      ['10.0.0.1'],
      ['93.184.216.34', '127.0.0.1'],
      ['::ffff:7f00:1'],
      [],
    ])
      expect(await post(`https://rebinding.example.org:${port}/`, resolving(addresses))).toEqual(refused)
    expect(asked).toBe(0)
  })

  it('is not sent where a name has a public address at first, and another one the second time', async () => {
    const port = await secure()
    asked = 0
    const { resolve, names } = resolving(['93.184.216.34'], ['127.0.0.1'])
    const patient = client({ resolve, timeoutMs: 300 })
    const request = {
      ...{ address: `https://rebinding.example.org:${port}/`, headers: {}, body: '{}' },
      mayStillSend: () => true,
    }
    // Nobody is there: what counts is that it was asked for once, and that what it said was called.
    expect((await patient.post(request)).kind).toBe('failed')
    expect(names).toHaveLength(1)
    expect(await patient.post(request)).toEqual(refused)
    expect(names).toHaveLength(2)
    expect(asked).toBe(0)
  })

  it('is sent to this machine where that is allowed, and to no other over HTTP', async () => {
    const [httpPort, httpsPort] = [await plain(), await secure()]
    const allowed = { isLoopbackAllowed: true }
    expect(await post(`http://127.0.0.1:${httpPort}/`, allowed)).toEqual({ kind: 'delivered' })
    expect(await post(`https://127.0.0.1:${httpsPort}/`, allowed)).toEqual({ kind: 'delivered' })
    const named = { ...allowed, ...resolving(['127.0.0.1']) }
    expect(await post(`https://here.example.org:${httpsPort}/`, named)).toEqual({ kind: 'delivered' })
    const away = { ...allowed, ...resolving(['93.184.216.34']) }
    expect(await post('http://away.example.org/', away)).toEqual(refused)
    expect(await post('http://93.184.216.34/', allowed)).toEqual(refused)
  })

  it('goes to nothing that is no web address, or that has somebody sign in', async () => {
    for (const address of ['', 'nowhere', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'https://a:b@127.0.0.1/'])
      expect(await post(address, { isLoopbackAllowed: true })).toEqual(refused)
  })

  it('follows no redirect', async () => {
    const elsewhere = await plain()
    asked = 0
    const port = await plain((request, response) => {
      request.resume()
      response.writeHead(302, { location: `http://127.0.0.1:${elsewhere}/` }).end()
    })
    expect(await post(`http://127.0.0.1:${port}/`, { isLoopbackAllowed: true })).toEqual({
      ...{ kind: 'failed', reason: 'webhook-302', afterMs: 0 },
    })
    expect(asked).toBe(0)
  })

  it('waits for as long as it is told, also where the answer breaks off', async () => {
    const port = await plain((request, response) => {
      request.resume()
      response.writeHead(429, { 'retry-after': '40', 'content-length': 100 })
      response.write('half', () => response.destroy())
    })
    expect(await post(`http://127.0.0.1:${port}/`, { isLoopbackAllowed: true })).toEqual({
      ...{ kind: 'failed', reason: 'webhook-429', afterMs: 40_000 },
    })
  })

  it('is bounded in time, and in what is read of an answer', async () => {
    const hanging = await plain(() => undefined)
    expect(await post(`http://127.0.0.1:${hanging}/`, { isLoopbackAllowed: true, timeoutMs: 200 })).toEqual({
      ...{ kind: 'failed', reason: 'webhook-timeout', afterMs: 0 },
    })
    let sent = 0
    const endless = await plain((request, response) => {
      request.resume()
      response.writeHead(200)
      const more = () => {
        sent += 16_384
        if (!response.destroyed && sent < 50_000_000) response.write(Buffer.alloc(16_384), more)
      }
      more()
    })
    expect(await post(`http://127.0.0.1:${endless}/`, { isLoopbackAllowed: true })).toEqual({
      kind: 'delivered',
    })
    expect(sent).toBeLessThan(10_000_000)
  })
})
