import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { done, refused, reject, unavailable, upstreamFailed } from '#shared/messaging'
import { startSimulators, type Simulators } from '../../../../testing/simulators/index.js'
import { HelpdeskClient } from './helpdesk.client.js'
import { ticketFor } from './raise-ticket.rules.js'

const ticket = ticketFor('Siân~~sian@example.com~~It is “broken”', false)
if (!ticket) throw new Error('no ticket')
const settleMs = 30_000
const fixed = { apiKey: 'kéy', emailAddress: 'helpdesk@example.com', settleMs }

describe('the helpdesk’s client', () => {
  let simulators: Simulators

  beforeAll(async () => {
    simulators = await startSimulators()
  })
  afterEach(() => simulators.reset())
  afterAll(() => simulators.close())

  const raise = (timeoutMs = 5_000) =>
    new HelpdeskClient({ url: `${simulators.helpdesk.url}/`, timeoutMs, ...fixed }).raise(ticket, 'key-1')

  it('raises a ticket, and the same one again', async () => {
    expect([await raise(), await raise()]).toEqual([done, done])
    expect(simulators.helpdesk.tickets).toEqual([{ id: 1001, ticket, idempotencyKey: 'key-1' }])
    expect(simulators.helpdesk.calls).toMatchObject([
      { method: 'POST', path: '/api/v2/tickets.json', duplicate: false },
      { method: 'POST', path: '/api/v2/tickets.json', duplicate: true },
    ])
  })

  it.each([
    ...[400, 422].map((status) => ({ status, outcome: reject(`helpdesk-${status}`) })),
    ...[401, 403].map((status) => ({ status, outcome: refused(`helpdesk-${status}`) })),
    ...[429, 503].map((status) => ({ status, outcome: unavailable(`helpdesk-${status}`) })),
    ...[200, 404, 409, 500].map((status) => ({ status, outcome: upstreamFailed(`helpdesk-${status}`) })),
    ...[502, 504].map((status) => ({ status, outcome: upstreamFailed(`helpdesk-${status}`, settleMs) })),
  ])('judges the status $status', async ({ status, outcome }) => {
    simulators.helpdesk.misbehave({ kind: 'status', status })
    expect(await raise()).toEqual(outcome)
  })

  it.each([
    ['no answer', { kind: 'refuse' }, upstreamFailed('helpdesk-reset', settleMs)],
    ['an answer that is lost', { kind: 'answer-lost' }, upstreamFailed('helpdesk-reset', settleMs)],
    ['nonsense', { kind: 'garbage' }, upstreamFailed('helpdesk-200')],
    ['half an answer that says it is done', { kind: 'reset' }, done],
    [
      'an answer that comes too late',
      { kind: 'slow', ms: 2_000 },
      upstreamFailed('helpdesk-timeout', settleMs),
    ],
  ] as const)('judges %s', async (_, rule, outcome) => {
    simulators.helpdesk.misbehave(rule)
    expect(await raise(rule.kind === 'slow' ? 200 : 5_000)).toEqual(outcome)
  })

  it('follows no redirect', async () => {
    const location = `${simulators.helpdesk.url}/api/v2/tickets.json`
    const elsewhere = createServer((_, response) => response.writeHead(307, { location }).end())
    await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening))
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
    const outcome = await new HelpdeskClient({ url, timeoutMs: 5_000, ...fixed }).raise(ticket, 'key-2')
    elsewhere.closeAllConnections()
    await new Promise((closed) => elsewhere.close(closed))
    expect(outcome).toEqual(upstreamFailed('helpdesk-307'))
    expect(simulators.helpdesk.requests).toBe(0)
  })

  it('finds nobody where nobody listens', async () => {
    const nobody = new HelpdeskClient({ url: 'http://127.0.0.1:2', timeoutMs: 5_000, ...fixed })
    expect(await nobody.raise(ticket, 'key-3')).toEqual(unavailable('helpdesk-unreachable'))
  })
})
