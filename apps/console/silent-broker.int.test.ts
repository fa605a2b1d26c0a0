import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { NatsClient } from '#shared/messaging'
import { ConsoleWorld } from '../../test/support/console-world.js'
import { refusedEmail } from '../../test/support/refused-email.js'
import { until } from '../../test/support/until.js'
import type { Visitor } from '../../test/support/visitor.js'

let world: ConsoleWorld
let visitor: Visitor
let token: string

beforeAll(async () => {
  world = await ConsoleWorld.start({ services: ['task-relay', 'notifier'] })
  await refusedEmail(world.system, 1)
  token = await world.issuer.token(['hwpv-viewer', 'hwpv-operator'])
  visitor = await world.signedIn('ada-operator')
  await until('the letter is shown', async () => (await visitor.get(world.at('/failures/1'))).status === 200)
}, 120_000)
afterAll(async () => {
  process.kill(world.system.nats.pid, 'SIGCONT')
  await world.stop()
})

/** A server that is stopped keeps its connections: nobody is told that it is gone. */
function silence(isOn: boolean): void {
  const { pid } = world.system.nats
  process.kill(pid, isOn ? 'SIGSTOP' : 'SIGCONT')
  // Until each of its threads is, it may answer still.
  while (isOn && !statesOf(pid).every((state) => state === 'T'));
}

const statesOf = (pid: number): (string | undefined)[] =>
  readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    return /\) (\w)/.exec(stat)?.[1]
  })

/** The broker's own client waits five seconds for each answer. */
const soonMs = 4_000

async function soon<T>(ask: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const answer = await ask()
  expect(performance.now() - began).toBeLessThan(soonMs)
  return answer
}

/** Lets the broker speak again when the work is done, and waits until that is known. */
async function andThenSpeak(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } finally {
    vi.restoreAllMocks()
    silence(false)
  }
  await until('it is there again', async () => (await visitor.get(world.at('/failures/1'))).status === 200)
}

describe.each([
  ['/failures', 200],
  ['/failures/1', 503],
  ['/', 200],
  ['/held-up', 200],
  ['/streams', 200],
  ['/streams/DEAD_LETTERS', 200],
  ['/jobs', 200],
  ['/journey/AAAAAA1', 404],
  ['/do/retry-dead-letters?input={"sequences":[1]}', 503],
])('with a broker that is silent, %s', (path, status) => {
  it('names it, and soon', async () => {
    silence(true)
    await andThenSpeak(async () => {
      await soon(() => visitor.get(world.at(path)))
      expect([visitor.status, visitor.text.includes('NATS')]).toEqual([status, true])
      expect(visitor.text).not.toContain('TimeoutError')
      expect(visitor.text).toMatch(/NATS.{0,60}does not answer/s)
    })
  })
})

describe.each([
  ['GET', '/status', 200],
  ['GET', '/handlers', 409],
  ['GET', '/dead-letters', 503],
  ['GET', '/dead-letters/1', 503],
  ['POST', '/dead-letters/preview', 503],
])('with a broker that is silent, the API at %s %s', (method, path, status) => {
  it('names it, and soon', async () => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const body = method === 'POST' ? { body: '{"sequences":[1]}' } : {}
    silence(true)
    await andThenSpeak(async () => {
      const answer = await soon(() => fetch(world.at(`/api/v1${path}`), { method, headers, ...body }))
      const text = await answer.text()
      expect([answer.status, text.includes('does not answer')]).toEqual([status, true])
      expect(text).not.toContain('TimeoutError')
    })
  })
})

/** It answers that it is there, and then no more. */
describe.each([
  ['/failures', 503],
  ['/failures/1', 503],
  ['/', 200],
  ['/held-up', 200],
  ['/streams', 503],
  ['/streams/DEAD_LETTERS', 503],
  ['/jobs', 200],
  ['/journey/AAAAAA1', 404],
  ['/api/v1/status', 200],
  ['/api/v1/handlers', 409],
  ['/api/v1/dead-letters', 503],
  ['/api/v1/dead-letters/1', 503],
  ['/api/v1/jobs', 200],
  ['/api/v1/journeys/AAAAAA1', 404],
])('with a broker that falls silent while it is asked for %s', (path, status) => {
  it('is not waited for', async () => {
    silentOnceFound()
    await andThenSpeak(async () => {
      const { status: found, text } = await soon(() => ask(path))
      expect(found).toBe(status)
      expect(text).not.toContain('TimeoutError')
    })
  })
})

function silentOnceFound(): void {
  vi.spyOn(NatsClient.prototype, 'whyUnavailable').mockImplementationOnce(async function (this: NatsClient) {
    const why = await this.whyUnavailable()
    silence(true)
    return why
  })
}

/** A page, or of the API. */
async function ask(path: string): Promise<{ readonly status: number; readonly text: string }> {
  if (!path.startsWith('/api/')) return visitor.get(world.at(path))
  const answer = await fetch(world.at(path), { headers: { authorization: `Bearer ${token}` } })
  return { status: answer.status, text: await answer.text() }
}
