import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { DirectionsClient } from './directions.client.js'

let server: Server
let answer: RequestListener
let urls: string[]

beforeEach(async () => {
  urls = []
  server = createServer((request, response) => {
    urls.push(request.url ?? '')
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const metres = (from = 'M98 2WW', to = 'L9 7LH') => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/json`
  return new DirectionsClient(url, 'key').metres(from, to, new AbortController().signal)
}
const route = (value: number) => ({ status: 'OK', routes: [{ legs: [{ distance: { value } }] }] })
const json =
  (body: unknown, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

describe('the directions’ client', () => {
  it('asks for a way with what can be an address', async () => {
    answer = json(route(1234))
    expect(await metres('M98 2WW\u0001&key=x', 'L9\uD800 7LH')).toBe(1234)
    const { searchParams } = new URL(urls[0] ?? '', 'http://x')
    expect(Object.fromEntries(searchParams)).toEqual({
      ...{ origin: 'M98 2WW&key=x', destination: 'L9\uFFFD 7LH', key: 'key' },
    })
  })

  it.each<[string, RequestListener]>([
    ['its status', json({ status: 'REQUEST_DENIED' })],
    ['401', json({}, 401)],
    ['403', json({}, 403)],
  ])('finds no way, and does not ask again, where it is refused by %s', async (_, refusal) => {
    answer = refusal
    expect(await metres()).toBeUndefined()
    expect(urls).toHaveLength(1)
  })

  it('reads no answer that is unpacked to more than there can be', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000, ' '))
    answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
    const before = process.memoryUsage().arrayBuffers
    expect(await metres()).toBeUndefined()
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000)
    expect(urls).toHaveLength(3)
  })

  it('goes nowhere else', async () => {
    answer = ({ url }, response) =>
      url?.startsWith('/json')
        ? response.writeHead(302, { location: '/elsewhere' }).end()
        : json(route(1234))({ url } as never, response)
    expect(await metres()).toBeUndefined()
    expect(urls.every((url) => url.startsWith('/json'))).toBe(true)
  })
})
