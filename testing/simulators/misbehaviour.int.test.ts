import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { NotifyClient } from 'notifications-node-client'
import {
  DAILY_LIMIT_REACHED,
  DEFAULT_NOTIFY_API_KEY,
  seededRandom,
  startSimulators,
  type Simulators,
} from './index.js'

const TEMPLATE = '0000000a-1111-4222-8333-444400000010'
let simulators: Simulators

beforeAll(async () => {
  simulators = await startSimulators({ random: seededRandom(7) })
})
beforeEach(() => simulators.reset())
afterAll(() => simulators.close())

const directionsUrl = (origin: string) =>
  `${simulators.directions.url}/maps/api/directions/json?origin=${encodeURIComponent(origin)}&destination=b&key=k`
const route = (origin = 'a') => fetch(directionsUrl(origin))
const failure = async (asking: Promise<unknown>): Promise<string> => {
  const answered = { message: 'answered', cause: undefined }
  const error = (await asking.then(
    () => answered,
    (reason: unknown) => reason,
  )) as { message: string; cause?: { message: string } }
  return error.cause?.message ?? error.message
}
const email = async (reference = 'r') => {
  const client = new NotifyClient(simulators.notify.url, DEFAULT_NOTIFY_API_KEY)
  try {
    return {
      status: (await client.sendEmail(TEMPLATE, 'someone@example.com', { reference })).status,
      data: null,
    }
  } catch (error) {
    const { response } = error as { response?: { status: number; data: unknown } }
    return { status: response?.status ?? 0, data: response?.data }
  }
}

describe('misbehaviour', () => {
  it('refuses without doing the work, as often as told', async () => {
    simulators.notify.misbehave({ kind: 'refuse', when: { times: 2 } })
    const statuses = [await email(), await email(), await email()].map(({ status }) => status)
    expect(statuses).toEqual([0, 0, 201])
    expect(simulators.notify.calls).toHaveLength(1)
    expect(simulators.notify.requests).toBe(3)
    expect(simulators.notify.failed).toBe(2)
  })

  it("answers statuses with the upstream's own errors or a given body", async () => {
    simulators.notify.misbehave({ kind: 'status', status: 429, when: { times: 1 } })
    simulators.notify.misbehave({
      kind: 'status',
      status: 429,
      body: DAILY_LIMIT_REACHED,
      when: { times: 1 },
    })
    simulators.notify.misbehave({ kind: 'status', status: 500 })
    const [minute, day, broken] = [await email(), await email(), await email()]
    expect(minute).toMatchObject({ status: 429, data: { errors: [{ error: 'RateLimitError' }] } })
    expect(day).toMatchObject({ status: 429, data: { errors: [{ error: 'TooManyRequestsError' }] } })
    expect(broken).toMatchObject({ status: 500, data: { errors: [{ error: 'Exception' }] } })
    expect(simulators.notify.calls).toEqual([])

    const headers = { 'retry-after': '30' }
    simulators.directions.misbehave({ kind: 'status', status: 503, body: 'Back soon', headers })
    const answer = await route()
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
      503,
      '30',
      'Back soon',
    ])
  })

  it('answers late, after the work', async () => {
    simulators.directions.misbehave({ kind: 'slow', ms: 30 })
    const seen = simulators.directions.waitForCalls(1).then(() => performance.now())
    const answer = await route()
    const answered = performance.now()
    expect(answer.status).toBe(200)
    expect(answered - (await seen)).toBeGreaterThan(20)
  })

  it('works late, also when nobody waits any more', async () => {
    simulators.directions.misbehave({ kind: 'late', ms: 60 })
    const signal = AbortSignal.timeout(20)
    expect(await failure(fetch(directionsUrl('a'), { signal }))).toMatch(/aborted/)
    expect(simulators.directions.calls).toEqual([])
    expect(await simulators.directions.waitForCalls(1)).toHaveLength(1)
  })

  it('works late as if the request had come late', async () => {
    const { helpdesk } = simulators
    helpdesk.misbehave({ kind: 'late', ms: 60, when: { times: 1 } })
    const raise = () =>
      fetch(`${helpdesk.url}/api/v2/tickets.json`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('a@example.com/token:k')}`, 'idempotency-key': 'one' },
        body: JSON.stringify({ ticket: { comment: { body: 'Page 16 stays empty' } } }),
      })
    const answers = await Promise.all([raise(), raise()])
    const lookups = answers.map(({ headers }) => headers.get('x-idempotency-lookup'))
    expect(lookups.sort()).toEqual(['hit', 'miss'])
    expect(helpdesk.tickets).toHaveLength(1)
  })

  it('gives up as a gateway does, and works all the same', async () => {
    simulators.directions.misbehave({ kind: 'given-up', ms: 60 })
    expect((await route()).status).toBe(504)
    expect(simulators.directions.calls).toEqual([])
    expect(await simulators.directions.waitForCalls(1)).toHaveLength(1)
  })

  it('forgets a late answer when the client gives up', async () => {
    simulators.directions.misbehave({ kind: 'slow', ms: 60_000 })
    const clear = globalThis.clearTimeout
    const spy = vi.spyOn(globalThis, 'clearTimeout')
    const forgotten = new Promise((resolve) => spy.mockImplementation((timer) => resolve(clear(timer))))
    const giveUp = new AbortController()
    simulators.directions.onCall(() => giveUp.abort())
    expect(await failure(fetch(directionsUrl('a'), { signal: giveUp.signal }))).toMatch(/aborted/)
    await forgotten
    spy.mockRestore()
  })

  it('loses the answer after the work, and only of calls', async () => {
    simulators.notify.misbehave({ kind: 'answer-lost', when: { times: 1 } })
    const client = new NotifyClient(simulators.notify.url, DEFAULT_NOTIFY_API_KEY)
    expect((await client.getNotifications('email', undefined, 'task')).data.notifications).toEqual([])
    expect((await email('task')).status).toBe(0)
    expect((await client.getNotifications('email', undefined, 'task')).data.notifications).toHaveLength(1)
  })

  it('cuts the connection half-way, and answers rubbish', async () => {
    simulators.directions.misbehave({ kind: 'reset', when: { times: 1 } })
    simulators.directions.misbehave({ kind: 'garbage', when: { times: 1 } })
    const cut = await route()
    expect(cut.status).toBe(200)
    expect(await failure(cut.text())).toBe('other side closed')
    const rubbish = await route()
    expect(rubbish.status).toBe(200)
    await expect(rubbish.json()).rejects.toThrow()
    expect(simulators.directions.calls).toHaveLength(2)
    expect((await route()).status).toBe(200)
  })

  it('picks calls by what they are, by share, and stops when told', async () => {
    simulators.directions.misbehave({
      kind: 'status',
      status: 500,
      when: { match: ({ origin }) => origin === 'b' },
    })
    expect([(await route('a')).status, (await route('b')).status]).toEqual([200, 500])
    simulators.directions.behaveWell()
    expect((await route('b')).status).toBe(200)

    simulators.directions.misbehave({ kind: 'status', status: 503, when: { rate: 0.3 } })
    const statuses = []
    for (let i = 0; i < 200; i += 1) statuses.push((await route()).status)
    const failed = statuses.filter((status) => status === 503).length
    expect(failed).toBeGreaterThan(40)
    expect(failed).toBeLessThan(80)
  })
})

describe('calls', () => {
  it('can be waited for and listened to', async () => {
    const heard: string[] = []
    const stop = simulators.directions.onCall(({ origin }) => heard.push(origin))
    const waiting = simulators.directions.waitForCalls(2)
    await route('a')
    await route('b')
    expect((await waiting).map(({ origin }) => origin)).toEqual(['a', 'b'])
    stop()
    await route('c')
    expect(heard).toEqual(['a', 'b'])
    await expect(simulators.directions.waitForCalls(4, 5)).rejects.toThrow(
      'directions: 3 of 4 calls after 5 ms',
    )
  })

  it('end promptly when the simulator closes, whatever is open', async () => {
    const other = await startSimulators()
    other.directions.misbehave({ kind: 'slow', ms: 60_000 })
    const asking = failure(
      fetch(`${other.directions.url}/maps/api/directions/json?origin=a&destination=b&key=k`),
    )
    await other.directions.waitForCalls(1)
    const waiting = expect(other.notify.waitForCalls(1)).rejects.toThrow('closed')
    await other.close()
    await other.close()
    await waiting
    expect(await asking).toBe('other side closed')
  })

  it('start on ports in a row, or not at all', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    await expect(startSimulators({ basePort: port - 2 })).rejects.toThrow('EADDRINUSE')
    await new Promise((resolve) => taken.close(resolve))
  })
})

describe('control from another process', () => {
  const tell = async (path: string, method: string, body?: unknown, url = simulators.directions.url) => {
    const answer = await fetch(`${url}/__simulator${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.json() }
  }

  it('sets and ends misbehaviour', async () => {
    const rule = { kind: 'status', status: 500, when: { matchText: '"origin":"b"', times: 1 } }
    expect((await tell('/misbehaviour', 'PUT', rule)).status).toBe(200)
    const statuses = [await route('a'), await route('b'), await route('b')].map(({ status }) => status)
    expect(statuses).toEqual([200, 500, 200])

    await tell('/misbehaviour', 'PUT', [
      { kind: 'status', status: 502, when: { times: 1 } },
      { kind: 'refuse' },
    ])
    expect((await route()).status).toBe(502)
    expect(await failure(route())).toBe('other side closed')
    await tell('/misbehaviour', 'DELETE')
    expect((await route()).status).toBe(200)
  })

  it('lists and forgets calls', async () => {
    await route('a')
    await route('b')
    const all = { requests: 2, total: 2, calls: [{ origin: 'a', destination: 'b' }, expect.anything()] }
    expect((await tell('/calls', 'GET')).body).toEqual(all)
    expect((await tell('/calls?from=1', 'GET')).body).toMatchObject({ total: 2, calls: [{ origin: 'b' }] })
    await tell('/calls', 'DELETE')
    expect((await tell('/calls', 'GET')).body).toEqual({ requests: 0, total: 0, calls: [] })
  })

  it('sets and resets answers', async () => {
    await tell('/answers', 'PUT', { metres: 1, byOrigin: { b: { status: 'ZERO_RESULTS' } } })
    const metres = async () => /"value":(\d+)/.exec(await (await route()).text())?.[1]
    expect(await metres()).toBe('1')
    expect(await (await route('b')).json()).toMatchObject({ status: 'ZERO_RESULTS' })
    await tell('/answers', 'DELETE')
    expect(await metres()).toBe('30000')

    const { benefitChecker, notify, helpdesk } = simulators
    const answers = { status: 'NO', faultBySurname: { A: { code: 'LSCBC299', text: 'x' } } }
    expect((await tell('/answers', 'PUT', answers, benefitChecker.url)).status).toBe(200)
    expect((await tell('/answers', 'PUT', { templates: { [TEMPLATE]: ['x'] } }, notify.url)).status).toBe(200)
    expect((await email()).status).toBe(400)
    await tell('', 'DELETE', undefined, notify.url)
    expect((await email()).status).toBe(201)
    expect((await tell('/answers', 'PUT', { status: 'x' }, helpdesk.url)).status).toBe(400)
  })

  it('says what it does not understand', async () => {
    expect((await tell('/misbehaviour', 'PUT', { kind: 'sulk' })).status).toBe(400)
    expect((await tell('/misbehaviour', 'PUT')).status).toBe(400)
    const { error } = (await tell('/answers', 'PUT', { kilometres: 3 })).body as { error: string }
    expect(error).toContain('kilometres')
    expect((await tell('/nothing', 'GET')).status).toBe(404)
    expect((await route()).status).toBe(200)
  })
})
