import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordedAction } from '#shared/operations'
import { claimIds } from '../../test/support/claim-rows.js'
import { ConsoleWorld } from '../../test/support/console-world.js'
import { heldFlow } from '../../test/support/held-flow.js'
import { OpenApiClient, type Given } from '../../test/support/open-api-client.js'
import { refusedEmail } from '../../test/support/refused-email.js'
import { until } from '../../test/support/until.js'

let world: ConsoleWorld
let client: OpenApiClient
let operator: string
let viewer: string

beforeAll(async () => {
  world = await ConsoleWorld.start({ services: ['task-relay', 'notifier'] })
  client = await OpenApiClient.of(world.web.url)
  operator = await world.issuer.token(['hwpv-viewer', 'hwpv-operator'])
  viewer = await world.issuer.token(['hwpv-viewer'])
  await refusedEmail(world.system, 1)
  await until('its dead letter is there', async () => {
    const { status, body } = await client.call('listDeadLetters', viewer)
    return status === 200 && body.total === 1
  })
}, 120_000)
afterAll(() => world.stop())

const lastAction = async () => {
  const { body } = await client.call('listActions', viewer, { query: { limit: 1 } })
  return (body.actions as RecordedAction[])[0]
}

/** One of each operation, in an order in which each has something to do. */
const calls: Readonly<Record<string, () => Given | Promise<Given>>> = {
  status: () => ({}),
  listHandlers: () => ({}),
  changeHandler: () => ({ path: { name: 'archive-claim' }, body: { state: 'running' } }),
  listDeadLetters: () => ({ query: { limit: 5, reason: 'notify-400' } }),
  showDeadLetter: () => ({ path: { sequence: 1 } }),
  previewDeadLetters: () => ({ body: { filter: { reason: 'notify-400' } } }),
  retryDeadLetters: () => ({ body: { sequences: [1] } }),
  discardDeadLetters: async () => {
    await refusedEmail(world.system, 2)
    return { body: { filter: { consumer: 'send-email' } } }
  },
  listJobs: () => ({ query: { date: '2026-11-20' } }),
  fireJob: () => ({
    path: { job: 'daily' },
    body: { date: world.system.clock.now().slice(0, 10), reason: 'to see' },
  }),
  changeJob: () => ({ path: { job: 'daily' }, body: { state: 'paused', reason: 'to see' } }),
  listFlows: async () => {
    await heldFlow(world.system.connection)
    return { query: { limit: 5 } }
  },
  showFlow: () => ({ path: { flow: 1 } }),
  listWebhookEndpoints: async () => {
    const endpoint = { name: 'reports', address: 'https://reports.example.org/hwpv', secret: 'reports' }
    const input = { ...endpoint, events: ['claim.paid'] }
    await client.call('performAction', operator, {
      ...{ path: { name: 'add-webhook-endpoint' }, body: { input, reason: 'to see' } },
    })
    await client.call('performAction', operator, {
      ...{ path: { name: 'test-webhook-endpoint' }, body: { input: { name: 'reports' } } },
    })
    return {}
  },
  showWebhookEndpoint: () => ({ path: { name: 'reports' } }),
  setTarget: () => ({
    path: { target: 'gias' },
    body: {
      ...{ wsdl: 'https://gias.example.com/service?wsdl', format: 'default', kinds: ['user'] },
      reason: 'to see',
    },
  }),
  listTargets: () => ({}),
  changeTarget: () => ({ path: { target: 'gias' }, body: { state: 'held', reason: 'to see' } }),
  journey: () => ({ path: { reference: claimIds(1).Reference } }),
  listActions: () => ({ query: { limit: 3 } }),
  showAction: async () => ({ path: { key: (await lastAction())?.key ?? '' } }),
  performAction: () => ({
    path: { name: 'try-upstream' },
    body: { input: { upstream: 'notify' }, dryRun: true },
  }),
}

describe('the API', () => {
  it('has no operation that is not called here', () =>
    expect(client.operations.sort()).toEqual(Object.keys(calls).sort()))

  it.each(Object.keys(calls))('answers %s as its OpenAPI document says', async (id) => {
    const { status, body } = await client.call(id, operator, await calls[id]?.())
    expect({ status, body: status === 200 ? {} : body }).toEqual({ status: 200, body: {} })
  })

  it('asks for a bearer token of the issuer, and for it to be meant for the console', async () => {
    const other = await world.issuer.token(['hwpv-operator'], { audience: 'urn:elsewhere' })
    expect((await client.call('status', 'x.y.z')).status).toBe(401)
    expect((await client.call('status', other)).status).toBe(401)
    expect((await fetch(world.at('/api/v1/status'))).status).toBe(401)
    expect((await client.call('status', await world.issuer.token([]))).status).toBe(403)
  })

  it('makes a change once for its key, and says the same again', async () => {
    const path = { name: 'archive-claim' }
    const body = { state: 'paused', reason: 'a release' }
    const first = await client.call('changeHandler', operator, { path, body, key: 'pipeline-7' })
    await client.call('changeHandler', operator, { path, body: { state: 'running' } })
    const second = await client.call('changeHandler', operator, { path, body, key: 'pipeline-7' })
    expect(second.body).toEqual({ ...first.body, repeated: true })
    const { body: told } = await client.call('listHandlers', viewer)
    const handlers = told.handlers as { name: string; paused: unknown }[]
    expect(handlers.find(({ name }) => name === 'archive-claim')?.paused).toBeNull()
  })

  it('refuses what a viewer may not do, and what it does not understand', async () => {
    const pause = { path: { name: 'send-email' }, body: { state: 'paused' } }
    expect((await client.call('changeHandler', viewer, pause)).status).toBe(403)
    expect(await lastAction()).toMatchObject({ action: 'pause-handler', state: 'REFUSED' })
    const nobody = { path: { name: 'nobody' }, body: { state: 'paused' } }
    expect((await client.call('changeHandler', operator, nobody)).status).toBe(400)
    const onFire = { method: 'PATCH', body: '{"state":"on fire"}' }
    const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' }
    const answer = await fetch(world.at('/api/v1/handlers/send-email'), { ...onFire, headers })
    expect(answer.status).toBe(400)
    expect((await fetch(world.at('/api/v1/nothing'), { headers })).status).toBe(404)
  })
})
