import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { SettingsError } from '#shared/config'
import { done, reject, unavailable, upstreamFailed } from '#shared/messaging'
import { countedRegistry, metrics } from '#shared/telemetry'
import { startSimulators, type Simulators } from '../../../../testing/simulators/index.js'
import { ChatClient } from './chat.client.js'
import { ChatSettings } from './chat.settings.js'

describe('the chat’s client', () => {
  let simulators: Simulators

  beforeAll(async () => {
    simulators = await startSimulators()
  })
  afterEach(() => simulators.reset())
  afterAll(() => simulators.close())

  const post = (text: string, timeoutMs = 5_000) =>
    new ChatClient({ url: simulators.chat.webhook, timeoutMs }).post(text)

  it('posts a text as it is', async () => {
    expect(await post('“two”\nlines & <more>')).toEqual(done)
    expect(simulators.chat.calls.map(({ text }) => text)).toEqual(['“two”\nlines & <more>'])
  })

  it.each([
    ...[400, 413].map((status) => ({ status, outcome: reject(`chat-${status}`) })),
    ...[401, 403, 404, 410, 429, 502, 503, 504].map((status) => ({
      status,
      outcome: unavailable(`chat-${status}`),
    })),
    ...[302, 409, 500].map((status) => ({ status, outcome: upstreamFailed(`chat-${status}`) })),
  ])('judges the status $status', async ({ status, outcome }) => {
    simulators.chat.misbehave({ kind: 'status', status })
    expect(await post('text')).toEqual(outcome)
  })

  it('leaves it alone for as long as it says', async () => {
    simulators.chat.misbehave({ kind: 'status', status: 429, headers: { 'retry-after': '30' } })
    expect(await post('text')).toEqual(unavailable('chat-429', { forMs: 30_000 }))
    simulators.chat.behaveWell()
    simulators.chat.misbehave({ kind: 'status', status: 429, headers: { 'retry-after': 'soon' } })
    expect(await post('text')).toEqual(unavailable('chat-429'))
  })

  it.each([
    ['no answer', { kind: 'refuse' }, upstreamFailed('chat-reset')],
    ['an answer that is lost', { kind: 'answer-lost' }, upstreamFailed('chat-reset')],
    ['an answer that comes too late', { kind: 'slow', ms: 2_000 }, upstreamFailed('chat-timeout')],
  ] as const)('judges %s', async (_, rule, outcome) => {
    simulators.chat.misbehave(rule)
    expect(await post('text', rule.kind === 'slow' ? 200 : 5_000)).toEqual(outcome)
  })

  it('counts its requests by how they ended', async () => {
    const counted = async () =>
      (await countedRegistry().getMetricsAsJSON())
        .filter(({ name }) => name === metrics.upstreamRequests.name)
        .flatMap(({ values }) => values)
    countedRegistry().resetMetrics()
    await post('text')
    simulators.chat.misbehave({ kind: 'status', status: 500 })
    await post('text')
    const request = { upstream: 'chat', operation: 'post-text' }
    expect((await counted()).filter(({ value }) => value)).toEqual([
      { labels: { ...request, outcome: 'ok' }, value: 1 },
      { labels: { ...request, outcome: 'chat-500' }, value: 1 },
    ])
  })

  it('is refused under another address, and finds nobody where nobody listens', async () => {
    const elsewhere = new ChatClient({ url: `${simulators.chat.url}/services/other`, timeoutMs: 5_000 })
    expect(await elsewhere.post('text')).toEqual(unavailable('chat-404'))
    const nobody = new ChatClient({ url: 'http://127.0.0.1:2', timeoutMs: 5_000 })
    expect(await nobody.post('text')).toEqual(unavailable('chat-unreachable'))
    expect(simulators.chat.calls).toEqual([])
  })
})

describe('the chat’s settings', () => {
  it('are off unless a webhook is named', () => {
    expect(new ChatSettings({})).toEqual({ pauseMs: 60_000, runbook: 'docs/runbook.md' })
    expect(new ChatSettings({ CHAT_WEBHOOK_URL: 'https://chat.example.com/x' }).webhook).toEqual({
      url: 'https://chat.example.com/x',
      timeoutMs: 10_000,
    })
  })

  it('never quote the address, which is a secret', () => {
    const read = () => new ChatSettings({ CHAT_WEBHOOK_URL: 'chat.example.com/secret' })
    expect(read).toThrow(
      new SettingsError('settings: CHAT_WEBHOOK_URL is malformed: an http(s) URL is expected'),
    )
  })
})
