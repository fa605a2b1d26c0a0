import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { addDays, dayOf } from '#shared/clock'
import type { EventName } from '#shared/contracts'
import { OtlpReceiver } from '../testing/simulators/index.js'
import { claimIds, settledClaimant } from './support/claim-rows.js'
import { leaveTraces } from './support/console-pages.js'
import { ConsoleWorld } from './support/console-world.js'
import { firedYearsAgo } from './support/fired-before.js'
import { lookAtAll, type Said } from './support/looked-at.js'
import { occurring } from './support/personal-data.js'
import { insertRows } from './support/rows.js'
import { runOps } from './support/run-ops.js'
import type { System } from './support/system.js'
import { until } from './support/until.js'
import { WebhookReceivers, type Behaving } from './support/webhook-receivers.js'
import { addReceiver, SecretFile, signingKeys, tellEvents, tokenKey } from './support/webhook-work.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const clock = '2026-11-18 10:00:00'
/** In each address, as some systems have it: whoever has the address may write there. */
const inAddress = 'quillwren-key-of-an-address'
const placeOf = (name: string) => `${name}?key=${inAddress}`

let world: ConsoleWorld
let system: System
let receivers: WebhookReceivers
let file: SecretFile
let said: Said
const receiver = new OtlpReceiver()

const keyOf = (secret: string) => Buffer.from(secret.replace('whsec_', ''), 'base64')
/** What signs, however it is written. */
const secrets = [
  ...Object.values(signingKeys),
  ...Object.values(signingKeys).flatMap((key) => [keyOf(key).toString(), keyOf(key).toString('base64')]),
  tokenKey,
]

beforeAll(async () => {
  await receiver.listen(0)
  receivers = await WebhookReceivers.listen()
  file = new SecretFile({
    first: { signing: signingKeys.first, token: tokenKey },
    second: signingKeys.second,
  })
  const env: Record<string, string> = {
    ...{ WEBHOOK_SECRETS: file.path, WEBHOOK_TIMEOUT_MS: '1000', WEBHOOK_TOKEN_ISSUER: 'hwpv-test' },
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, CHAT_PAUSE_SECONDS: '1' },
  }
  world = await ConsoleWorld.start({ clock, env, services: ['task-relay'] })
  system = world.system
  env.CHAT_WEBHOOK_URL = system.simulators.chat.webhook
  await firedYearsAgo(system.connection)
  for (const name of ['webhook-sender', 'scheduler']) await system.startService(name)
  await leaveTraces(system)
  await insertRows(system.connection, settledClaimant(1))
  await sendAll()
  await wrongFile()
  said = await lookAtAll({
    ...{ world, receiver, clock, reference: claimIds(1).Reference, names: Object.keys(answers) },
    ops: [
      'dead-letters retry --consumer send-webhook --dry-run',
      `dead-letters readdress --reference ${claimIds(1).Reference} --dry-run`,
      'dead-letters discard --reason webhook-unreachable --why gone --dry-run',
      'webhooks test good --reason to-see --yes',
      'webhooks change good --secret second --other-secret first --token no --reason to-see --yes',
      'webhooks retry refuses --from 1 --yes',
      'tasks retry --task DWP-CHECK --dry-run',
      'tasks close --task DWP-CHECK --reason seen --yes',
    ],
    until: () => until('the chat is told', () => told('send-webhook') && told('Webhook endpoint gone')),
  })
}, 300_000)
afterAll(async () => {
  await world?.issuer.close()
  await system?.stop()
  await receivers?.close()
  await receiver.close()
  file?.remove()
})

const told = (words: string) => system.simulators.chat.calls.some(({ text }) => text.includes(words))

/** All that we were sent, as those send it back who answer by what they were asked. */
const echo: (status: number, other?: Record<string, string>) => Behaving = (status, other) => (call) => ({
  ...{ status },
  headers: {
    'x-authorization': String(call.headers.authorization),
    'x-signature': String(call.headers['webhook-signature']),
    'www-authenticate': `Bearer realm="${inAddress}"`,
    'set-cookie': `key=${inAddress}`,
    ...other,
  },
})

/** One endpoint for each way of answering; `passing`: the first time only. */
const answers: Readonly<Record<string, { readonly behaving: Behaving; readonly passing?: boolean }>> = {
  good: { behaving: echo(204) },
  refuses: { behaving: echo(422) },
  gone: { behaving: echo(410) },
  unauthorised: { behaving: echo(401), passing: true },
  busy: { behaving: echo(503, { 'retry-after': inAddress }), passing: true },
  elsewhere: { behaving: echo(302, { location: `https://${inAddress}.example.com/` }), passing: true },
  silent: { behaving: () => 'hang', passing: true },
  dead: { behaving: () => 'reset' },
}

async function sendAll(): Promise<void> {
  const { connection } = system
  const wants: EventName[] = ['claim.paid', 'claim.decided']
  for (const [name, { behaving, passing }] of Object.entries(answers)) {
    let calls = 0
    receivers.behave(placeOf(name), (call) =>
      (calls += 1) > 1 && passing ? { status: 204 } : behaving(call),
    )
    await addReceiver(connection, receivers, system.clock, {
      ...{ name, wants, address: receivers.addressOf(placeOf(name)) },
    })
    await operator(`webhooks change ${name} --other-secret second --token yes --reason to-see --yes`)
  }
  await tellEvents(connection, system.clock, 'test.1', wants)
  for (const [name, { passing }] of Object.entries(answers))
    if (passing) await until(`${name} has it`, () => receivers.taken(placeOf(name)).length > 0)
  for (const name of ['good', 'refuses', 'gone', 'dead'])
    await until(`${name} was asked`, () => receivers.of(placeOf(name)).length > 0)
  system.clock.set(`${addDays(dayOf(clock), 5)} 10:00:00`)
  await until('it is given up', async () => (await stateOf('dead')) === 'FAILED')
  system.clock.set(clock)
}

/** Whoever changes the file makes a mistake in it: what holds goes on to hold. */
async function wrongFile(): Promise<void> {
  file.write({ [signingKeys.first]: 'first', [tokenKey]: 7, second: { signing: tokenKey } })
  await tellEvents(system.connection, system.clock, 'test.2', ['claim.paid'])
  await until('it is sent all the same', () => receivers.taken(placeOf('good')).length === 3)
}

const stateOf = async (endpoint: string) =>
  (
    await system.connection.db
      .selectFrom('AsyncSchema.WebhookDelivery as d')
      .innerJoin('AsyncSchema.WebhookEndpoint as e', 'e.EndpointId', 'd.EndpointId')
      .innerJoin('AsyncSchema.Outbox as o', 'o.MessageId', 'd.MessageId')
      .select('o.State')
      .where('e.Name', '=', endpoint)
      .where('d.State', '=', 'DUE')
      .executeTakeFirst()
  )?.State

const operator = async (line: string) => {
  const env = { ...system.database.env, ...system.nats.envOf('ops'), LOOPBACK_ALLOWED: 'true' }
  const { code, err } = await runOps(line, { ...env, CLOCK_START: clock })
  expect({ line, code, err }).toEqual({ line, code: 0, err: [] })
}

/** What was sent to show who sends it. What is sent to an endpoint once an operator wants no token any more has none. */
const proofs = () =>
  receivers.calls.flatMap(({ headers }) => [
    ...(headers.authorization ? [headers.authorization.replace('Bearer ', '')] : []),
    ...String(headers['webhook-signature'])
      .split(' ')
      .map((signature) => signature.replace('v1,', '')),
  ])

describe('what shows that a webhook is ours', () => {
  it('is in the requests: this test finds it', () => {
    const words = JSON.stringify(receivers.calls)
    expect(occurring(proofs(), words)).toEqual(proofs())
    expect(proofs().length).toBeGreaterThan(30)
    expect(proofs().every((each) => each.length > 40)).toBe(true)
  })

  it.each([
    ['metrics', /\/metrics$/, /hwpv_webhooks_total\{state="ended"/],
    ['traces', /^spans/, /send-webhook/],
    ['pages', /^page/, /webhook-422/],
    ['answers of the API', /^api/, /webhook-422|HELD/],
    ["lines of the operator's commands", /^ops/, /webhook-422/],
    ['the chat', /^chat/, /Webhook endpoint gone/],
    ['health and information', /\/(?:health|info|ping)/, /webhook-sender/],
    ['streams, log lines and own tables', /^(?:written|log)/, /webhook refused for good/],
  ])('is in no %s, which say what may be said', (_, which, says) => {
    const words = said.places(which).map(([, each]) => each)
    expect(says.test(words.join('\n'))).toBe(true)
    expect(said.found([...secrets, ...proofs()], which)).toEqual([])
  })

  it('is nowhere else', () => {
    expect(said.found([...secrets, ...proofs()], /^/)).toEqual([])
  })
})

describe('what an address has in it', () => {
  it('is seen by whoever looks after endpoints, and is written down with them alone', () => {
    expect(said.found([inAddress], /^ops webhooks show good$/)).toHaveLength(1)
    const ofEndpoints = said.places(/^written/).filter(([, words]) => /"(?:Address|Input)":/.test(words))
    expect(ofEndpoints.filter(([, words]) => words.includes(inAddress))).toHaveLength(
      Object.keys(answers).length,
    )
    const elsewhere = said.found(
      [inAddress],
      /^(?!ops webhooks|page \/(?:webhooks|form\/change-webhook-endpoint)|api \/webhooks)/,
    )
    const endpoints = ofEndpoints.map(([where]) => `${where}: ${inAddress}`)
    expect(elsewhere.filter((each) => !endpoints.includes(each))).toEqual([])
  })
})
