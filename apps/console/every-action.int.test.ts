import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '#shared/config'
import { actionNames, actions, type RecordedAction } from '#shared/operations'
import { issuerClient, startIssuer, type Issuer } from '../../testing/simulators/issuer/index.js'
import { startBroker, type Broker } from '../../test/support/broker.js'
import { actionForms, actionInputs, actionLines, saysNothing } from '../../test/support/operator-actions.js'
import { runOps } from '../../test/support/run-ops.js'
import { withOwnClock } from '../../test/support/shifted-clock.js'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { until } from '../../test/support/until.js'
import { Visitor } from '../../test/support/visitor.js'
import { freePort } from '../../testing/nats-server/docker.js'
import { provideOnce } from '../../tools/provision/index.js'
import { startConsole, type RunningConsole } from './src/start-console.js'

let nats: Broker
let database: TestDatabase
let issuer: Issuer
let web: RunningConsole
const now: Environment = { CLOCK_START: '2026-11-21 12:00:00', LOG_LEVEL: 'silent' }

beforeAll(async () => {
  ;[nats, database] = await Promise.all([startBroker(), createTestDatabase()])
  await provideOnce({ ...nats.envOf('provision'), ...now })
  const port = await freePort()
  issuer = await startIssuer({ consoleUrl: `http://localhost:${port}` })
  const env = { ...database.env, ...nats.envOf('console'), ...now, ...issuer.env(`http://localhost:${port}`) }
  web = await startConsole({ ...withOwnClock(env), port })
  await until('NATS is there', async () => {
    const answer = await fetch(`${web.url}/api/v1/handlers`, await authorized(['hwpv-viewer']))
    return answer.ok
  })
}, 120_000)
afterAll(async () => {
  await web?.stop()
  await issuer?.close()
  await nats?.stop()
  await database?.remove()
})

const authorized = async (roles: readonly string[]) => ({
  headers: { authorization: `Bearer ${await issuer.token(roles)}`, 'content-type': 'application/json' },
})

const newest = async () => {
  const { rows } = await rowsOf(1)
  return rows[0]
}
const rowsOf = async (limit: number) => {
  const answer = await fetch(`${web.url}/api/v1/actions?limit=${limit}`, await authorized(['hwpv-viewer']))
  return { rows: ((await answer.json()) as { actions: RecordedAction[] }).actions }
}

/** What its row says of an action that was carried out, be there something to do or not. */
const rowOf = (name: (typeof actionNames)[number], via: string) => {
  const failed = saysNothing[name]
  return {
    ...{ action: name, via, state: failed === undefined ? 'DONE' : 'FAILED' },
    ...(failed === undefined ? {} : { outcome: failed }),
  }
}

/** It hands over what no answer of an action can hold. */
const hasOwnPage = (name: string) => name === 'download-payment-file'
const pathOf = (name: string) =>
  hasOwnPage(name) ? `/payments/files/${actionInputs['download-payment-file'].file}` : `/do/${name}`

const everybody = ['hwpv-viewer', 'hwpv-operator', 'hwpv-finance']

describe.each(actionNames)('%s leaves its row', (name) => {
  it('by the API, also where it failed, and where it was refused', async () => {
    const body = JSON.stringify({ input: actionInputs[name], reason: 'to see' })
    const url = `${web.url}/api/v1/actions/${name}`
    if (hasOwnPage(name)) {
      const before = await newest()
      const headers = await authorized(everybody)
      expect((await fetch(url, { method: 'POST', body, ...headers })).status).toBe(400)
      return expect(await newest()).toEqual(before)
    }
    const refused = await fetch(url, { method: 'POST', body, ...(await authorized(['hwpv-viewer'])) })
    expect(refused.status).toBe(403)
    expect(await newest()).toMatchObject({ action: name, via: 'api', state: 'REFUSED' })
    const answer = await fetch(url, { method: 'POST', body, ...(await authorized(everybody)) })
    expect(answer.status).toBe(saysNothing[name] === undefined ? 200 : 409)
    expect(await newest()).toMatchObject({ ...rowOf(name, 'api'), person: issuerClient.id, reason: 'to see' })
  })

  it('by the console, likewise', async () => {
    for (const [person, allowed] of [
      ['bob-viewer', false],
      ['ada-viewer-operator-finance', true],
    ] as const) {
      const visitor = await signedIn(person)
      const [, token = ''] = /name="_token" value="([^"]+)"/.exec(visitor.text) ?? []
      const input = JSON.stringify(actionInputs[name])
      await visitor.post(`${web.url}${pathOf(name)}`, { _token: token, input, reason: 'to see' })
      expect([person, visitor.status]).toEqual([person, allowed ? (hasOwnPage(name) ? 409 : 200) : 403])
      const row = allowed ? rowOf(name, 'console') : { action: name, via: 'console', state: 'REFUSED' }
      expect(await newest()).toMatchObject({ ...row, person })
    }
  })

  it('by the command line, unless only people at the console do it', async () => {
    const line = actionLines[name]
    if (line === undefined) return expect(actions[name].role).toBe('finance')
    const env = { ...database.env, ...nats.envOf('ops'), ...now, OPERATOR: 'ada' }
    const { code } = await runOps(line, env)
    expect(code).toBe(saysNothing[name] === undefined ? 0 : 1)
    expect(await newest()).toMatchObject({ ...rowOf(name, 'command-line'), person: 'ada' })
  })
})

describe('what a form says', () => {
  it.each([
    ['add-webhook-endpoint', '', actionForms['add-webhook-endpoint']],
    // One that is there by now: what it says leaves its row as what was said by a button does.
    ['set-target', '?input={"target":"gias","isNew":false}', actionForms['set-target']],
  ] as const)('%s leaves its row, as failed too where it has no reason', async (name, about, typed) => {
    const visitor = await signedIn('ada-viewer-operator-finance')
    await visitor.get(`${web.url}/form/${name}${about}`)
    await visitor.submit(`/form/${name}`, { ...typed, ...(about ? { addressed: 'yes' } : { token: '' }) })
    expect(new URL(visitor.url).pathname).toBe(`/do/${name}`)
    const before = visitor.text
    await visitor.submit(`/do/${name}`, { reason: 'to see' })
    expect(await newest()).toMatchObject({ action: name, via: 'console', state: 'DONE', reason: 'to see' })
    visitor.text = before
    await visitor.submit(`/do/${name}`, { key: 'another-of-the-form' + name })
    expect(await newest()).toMatchObject({
      action: name,
      state: 'FAILED',
      outcome: 'say why: it is written down',
    })
  })
})

const reason = ' --reason to-see'
const unreasoned = actionNames.filter((name) => 'needsReason' in actions[name])

describe.each(unreasoned)('%s without a reason leaves its row, too', (name) => {
  const said = 'say why: it is written down'

  it('by the API', async () => {
    const url = `${web.url}/api/v1/actions/${name}`
    const body = JSON.stringify({ input: actionInputs[name] })
    const answer = await fetch(url, { method: 'POST', body, ...(await authorized(everybody)) })
    expect([answer.status, await answer.json()]).toEqual([409, { error: said }])
    expect(await newest()).toMatchObject({ action: name, via: 'api', state: 'FAILED', outcome: said })
  })

  it('by the command line', async () => {
    const line = actionLines[name] ?? ''
    expect(line).toContain(reason)
    const env = { ...database.env, ...nats.envOf('ops'), ...now, OPERATOR: 'ada' }
    const { code, err } = await runOps(line.replace(reason, ''), env)
    expect({ code, err }).toEqual({ code: 1, err: [expect.stringContaining(said)] })
    expect(await newest()).toMatchObject({
      action: name,
      via: 'command-line',
      state: 'FAILED',
      outcome: said,
    })
  })
})

describe('an address of this machine, which nothing but a test may have called,', () => {
  it.each([
    'webhooks add here --address http://127.0.0.1:8080/ --event claim.paid --secret here --reason to-see',
    'targets set here --wsdl http://localhost:8080/?wsdl --format default --kind user --reason to-see',
  ])('is refused, and leaves its row: %s', async (line) => {
    const env = { ...database.env, ...nats.envOf('ops'), ...now, OPERATOR: 'ada' }
    const outcome = 'the address must be of another machine than this one'
    const { code, err } = await runOps(line, env)
    expect({ code, err }).toEqual({ code: 1, err: [expect.stringContaining(outcome)] })
    expect(await newest()).toMatchObject({ state: 'FAILED', outcome })
    expect((await runOps(`${line} --dry-run`, { ...env, LOOPBACK_ALLOWED: 'true' })).code).toBe(0)
  })
})

/** A browser in which somebody of that name has signed in. */
async function signedIn(name: string): Promise<Visitor> {
  const visitor = await new Visitor().get(web.url)
  await visitor.submit('/interaction', { login: name, password: 'any' })
  if (!visitor.url.startsWith(web.url)) await visitor.submit('/interaction', {})
  return visitor
}
