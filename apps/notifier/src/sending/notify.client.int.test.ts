import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { NotifyClient } from './notify.client.js'
import { NotifyError } from './notify.error.js'

type Answer = (response: ServerResponse, request: IncomingMessage) => unknown

const serviceId = '11111111-2222-4333-8444-555555555555'
const secret = '66666666-7777-4888-8999-000000000000'
const apiKey = `notifier-${serviceId}-${secret}`
const email = {
  channel: 'email',
  templateId: '0000000a-1111-4222-8333-444400000010',
  to: 'conor.tregothnan@example.org',
  personalisation: { first_name: 'Conor', reference: 'LVY5LSE' },
  reference: 'IntSchema.Task.3751.1',
} as const

let answer: Answer
const requests: { method: string; url: string; authorization: string; body: string }[] = []
let connections = 0
const server = createServer((request, response) => {
  void text(request).then((body) => {
    const { method = '', url = '', headers } = request
    requests.push({ method, url, authorization: headers.authorization ?? '', body })
    answer(response, request)
  })
}).on('connection', () => (connections += 1))
let url: string
const clients: NotifyClient[] = []

function connect(options: { url?: string; timeoutMs?: number; clientId?: string } = {}): NotifyClient {
  const client = new NotifyClient({ url, apiKey, timeoutMs: 5_000, ...options })
  clients.push(client)
  return client
}

const json =
  (status: number, body: unknown): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const plain =
  (status: number, body: string): Answer =>
  (response) =>
    response.writeHead(status).end(body)
const accepted = json(201, { id: '740e5834-3a29-46b4-9a6f-16142fde533a', reference: email.reference })
const errors = (status: number, type: string): Answer =>
  json(status, { status_code: status, errors: [{ error: type, message: `${email.to} is wrong` }] })

async function failureOf(request: Promise<unknown>): Promise<NotifyError> {
  const error: unknown = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof NotifyError)) throw new Error('a NotifyError was expected')
  return error
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  requests.length = 0
  answer = accepted
})
afterEach(() => clients.splice(0).forEach((client) => client.close()))
afterAll(async () => {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
})

describe('sending', () => {
  it('hands over template, address, personalisation and reference, signed', async () => {
    await connect().send(email)
    expect(requests).toHaveLength(1)
    const [{ method, url: path, authorization, body }] = requests as [(typeof requests)[number]]
    expect([method, path]).toEqual(['POST', '/v2/notifications/email'])
    expect(JSON.parse(body)).toEqual({
      template_id: email.templateId,
      email_address: email.to,
      personalisation: email.personalisation,
      reference: email.reference,
    })
    const [header, payload, signature] = authorization.replace('Bearer ', '').split('.')
    const signed = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')
    expect(signature).toBe(signed)
    expect(claims(authorization)).toMatchObject({ iss: serviceId })
  })

  it('takes the service from the client id where there is one, and minds no slash', async () => {
    const clientId = '99999999-2222-4333-8444-555555555555'
    await connect({ clientId, url: `${url}/` }).send(email)
    expect(requests[0]?.url).toBe('/v2/notifications/email')
    expect(claims(requests[0]?.authorization ?? '')).toMatchObject({ iss: clientId })
  })

  it('keeps its connection', async () => {
    const before = connections
    const client = connect()
    await client.send(email)
    await client.send(email)
    expect(connections - before).toBe(1)
  })

  const claims = (authorization: string): unknown =>
    JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString())
})

const taken = (id: string, reference: string | null) => ({ id, reference, status: 'delivered' })

describe('looking up', () => {
  it.each([
    ['2', [taken('1', 'another'), taken('2', email.reference)]],
    [undefined, []],
    [undefined, [taken('1', null), taken('2', 'another')]],
  ])('says which: %s', async (found, notifications) => {
    answer = json(200, { notifications, links: { current: url } })
    expect((await connect().find('email', email.reference))?.id).toBe(found)
    const { pathname, searchParams } = new URL(requests[0]?.url ?? '', url)
    expect(pathname).toBe('/v2/notifications')
    expect(Object.fromEntries(searchParams)).toEqual({ template_type: 'email', reference: email.reference })
  })

  it.each([
    ['temporary', 'notify-unreadable', json(200, {})],
    ['temporary', 'notify-unreadable', plain(200, '<html>')],
    ['refused', 'notify-403', errors(403, 'AuthError')],
    ['rate-limited', 'notify-429', errors(429, 'RateLimitError')],
  ] as const)('fails as %s: %s', async (kind, reason, wrong) => {
    answer = wrong
    expect(await failureOf(connect().find('email', email.reference))).toMatchObject({ kind, reason })
  })
})

describe('a failure', () => {
  const cutShort: Answer = (response) => {
    response.writeHead(201, { 'content-length': 1_000 })
    response.write('{"id":', () => response.destroy())
  }
  const slow: Answer = () => undefined
  const trickling: Answer = (response) => {
    response.writeHead(201)
    const drip = setInterval(() => response.write(' '), 10)
    response.on('close', () => clearInterval(drip))
  }

  it.each<[string, string, string, Answer]>([
    ['a bad request', 'permanent', 'notify-400', errors(400, 'BadRequestError')],
    ['a refusal', 'refused', 'notify-403', errors(403, 'AuthError')],
    ['a refusal without a reason', 'refused', 'notify-403', plain(403, '')],
    ['a key that is none', 'refused', 'notify-401', plain(401, '')],
    ['too many this minute', 'rate-limited', 'notify-429', errors(429, 'RateLimitError')],
    ['too many today', 'daily-limit', 'notify-429-daily', errors(429, 'TooManyRequestsError')],
    ['too many, by someone else', 'rate-limited', 'notify-429', plain(429, 'TooManyRequestsError')],
    ['a wrong address', 'temporary', 'notify-404', plain(404, '')],
    ['a redirect', 'temporary', 'notify-302', (response) => redirect(response)],
    ['a broken Notify', 'temporary', 'notify-500', errors(500, 'Exception')],
    ['a busy Notify', 'unavailable', 'notify-503', plain(503, '<html>')],
    ['a gateway that lost Notify', 'unavailable', 'notify-502', plain(502, '<html>')],
    ['a gateway that waits no longer', 'unavailable', 'notify-504', plain(504, '')],
    ['an answer that is no JSON', 'temporary', 'notify-unreadable', plain(201, `{"id: ${email.to}`)],
    ['an answer without an id', 'temporary', 'notify-unreadable', json(201, { to: email.to })],
    ['an empty answer', 'temporary', 'notify-unreadable', plain(201, '')],
    ['an answer cut short', 'temporary', 'notify-unreadable', cutShort],
    [
      'an answer that is not HTTP',
      'temporary',
      'notify-unreadable',
      (response) => response.socket?.end('SSH-2'),
    ],
    ['a false encoding', 'temporary', 'notify-unreadable', (response) => falselyZipped(response)],
    ['a lost connection', 'temporary', 'notify-reset', (response) => response.destroy()],
    ['a reset connection', 'temporary', 'notify-reset', (response) => response.socket?.resetAndDestroy()],
    ['no answer', 'temporary', 'notify-timeout', slow],
    ['an answer without end', 'temporary', 'notify-timeout', trickling],
  ])('is classified and says nothing personal: %s', async (_, kind, reason, wrong) => {
    answer = wrong
    const timeoutMs = reason === 'notify-timeout' ? 150 : 5_000
    const error = await failureOf(connect({ timeoutMs }).send(email))
    expect(error).toMatchObject({ kind, reason, message: reason })
    expect(requests).toHaveLength(1)
    expectNothingPersonal(error)
  })

  it.each([
    ['a refused connection', 'unavailable', 'notify-unreachable', 'http://127.0.0.1:1'],
    ['an address that is none', 'temporary', 'notify-client-failed', 'http://:0:0'],
  ])('says nothing personal before a connection either: %s', async (_, kind, reason, nowhere) => {
    const error = await failureOf(connect({ url: nowhere }).send(email))
    expect(error).toMatchObject({ kind, reason })
    expectNothingPersonal(error)
  })

  const redirect = (response: ServerResponse) =>
    response.writeHead(302, { location: `${url}/elsewhere` }).end()
  const falselyZipped = (response: ServerResponse) =>
    response.writeHead(201, { 'content-encoding': 'gzip' }).end('{"id":"1"}')

  function expectNothingPersonal(error: NotifyError): void {
    const everything = inspect(error, { depth: null, showHidden: true })
    expect(everything).not.toMatch(/Conor|example\.org|Bearer|eyJ|66666666/i)
    expect(error.cause).toBeUndefined()
  }
})
