import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jobMissedId, streams, subjects } from '#shared/contracts'
import { jobSubjects } from '#shared/jobs'
import { PublishDue } from '../apps/scheduler/src/publish-due/publish-due.service.js'
import { BareClient } from './support/bare-client.js'
import { firedYearsAgo } from './support/fired-before.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const deadLetters = streams.deadLetters.name
const announcer = 'announce-dead-letters'
const friday = '2026-11-20'

describe('the chat', () => {
  let system: System
  let client: BareClient
  /** Read as a service starts. */
  let env: Record<string, string>

  beforeEach(async () => {
    env = { CHAT_PAUSE_SECONDS: '1' }
    system = await System.start({ clock: `${friday} 00:01:00`, env, services: [] })
    env.CHAT_WEBHOOK_URL = system.simulators.chat.webhook
    await firedYearsAgo(system.connection)
    client = await BareClient.connect(system.nats.url)
  }, 120_000)
  afterEach(async () => {
    await client.close()
    await system.stop()
  })

  const chat = () => system.simulators.chat
  const texts = () => chat().calls.map(({ text }) => text)
  const twoReplicas = () =>
    Promise.all(['one', 'two'].map((replica) => system.startService('scheduler', replica)))

  let published = 0
  const letter = (handler: string, reason: string, headers = {}) =>
    client.publish(`dead-letters.${handler}`, '{"reference":"ABC1234"}', {
      'Nats-Msg-Id': `${handler}.TEST.${(published += 1)}`,
      'ce-id': `message-${published}`,
      'hwpv-reason': reason,
      ...headers,
    })
  const letters = (count: number, handler: string, reason: string) =>
    Promise.all(Array.from({ length: count }, () => letter(handler, reason)))

  /** How many the chat was told of, by handler and reason. */
  function told(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const [, count, kind] of texts()
      .join('\n')
      .matchAll(/^• (\d+) × ([^:]+):/gm))
      counts[kind ?? ''] = (counts[kind ?? ''] ?? 0) + Number(count)
    return counts
  }

  it('is told of a hundred dead letters by two replicas in few messages, each a pause after the other', async () => {
    env.CHAT_PAUSE_SECONDS = '2'
    await twoReplicas()
    await Promise.all([letters(60, 'send-email', 'notify-400'), letters(40, 'check-benefit', 'timed-out')])
    await system.answered(deadLetters, 30_000)
    expect(told()).toEqual({ 'send-email, notify-400': 60, 'check-benefit, timed-out': 40 })
    expect(texts().length).toBeLessThanOrEqual(4)
    const times = chat().calls.map(({ at }) => at)
    // The turn is taken a moment before the message arrives.
    times.slice(1).forEach((at, place) => expect(at - (times[place] ?? 0)).toBeGreaterThan(1_800))
    expect(await client.read(deadLetters)).toHaveLength(100)
  })

  it('holds up nothing while it is down, and is told of everything when it is back', async () => {
    chat().misbehave({ kind: 'status', status: 503 })
    await twoReplicas()
    await letters(30, 'send-email', 'notify-400')
    await until('it has been tried', () => chat().requests >= 3, 40_000)
    system.clock.set(`${friday} 00:05:00`)
    await letters(5, 'archive-claim', 'archive-key-taken')
    // As its timer does at the minute.
    await system.services.get('one')?.app.get(PublishDue).publishDue()
    const fired = (await client.read(streams.schedule.name)).map(({ subject }) => subject)
    expect(fired).toEqual([jobSubjects['payment-run'], jobSubjects['look-up-notifications']])
    expect(texts()).toEqual([])
    chat().behaveWell()
    await system.answered(deadLetters, 50_000)
    expect(told()).toEqual({ 'send-email, notify-400': 30, 'archive-claim, archive-key-taken': 5 })
    const lines = system.logLines.filter((line) => line.includes('upstream is out'))
    expect(lines.some((line) => line.includes('"upstream":"chat"') && line.includes('chat-503'))).toBe(true)
    expect(system.logLines.filter((line) => line.includes('simulated-secret'))).toEqual([])
  }, 120_000)

  it('is told once of a missed job, however many replicas notice it and however often', async () => {
    system.clock.set(`${friday} 05:00:00`)
    await twoReplicas()
    const daily = `Job missed: daily of ${friday}`
    await until('it is told', () => texts().some((text) => text.includes(daily)), 30_000)
    await system.answered(streams.alerts.name, 30_000)
    await system.stopService('one')
    await system.startService('scheduler', 'three')
    // After the stream's two minutes a repeat is stored again.
    const missed = { job: 'daily', date: friday } as const
    const id = jobMissedId(missed)
    await client.publish(subjects.jobMissed, missed, { 'Nats-Msg-Id': 'again', 'ce-id': id })
    await system.answered(streams.alerts.name, 30_000)
    const all = texts().join('\n')
    expect(all.split(daily)).toHaveLength(2)
    expect(all).toContain(`npm run ops -- fire daily --date ${friday}`)
    expect(all).toContain(`Job missed: auto-approval of ${friday}`)
    expect(all).toContain(`Job missed: payment-run of ${friday}`)
  }, 120_000)

  it('is told once of each email and text message that reached nobody, by template, however often it comes', async () => {
    await twoReplicas()
    const tell = (id: string, channel: string, template: string, copy = '') =>
      client.publish(
        subjects.notificationFailed,
        { channel, template, state: 'permanent-failure' },
        { 'ce-id': id, 'Nats-Msg-Id': `${id}${copy}` },
      )
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => tell(`email-${n}`, 'email', 'SUBMIT_CLAIM_EMAIL_TEMPLATE_ID')),
    )
    await tell('text', 'sms', 'one-time-code')
    await system.answered(streams.alerts.name, 30_000)
    await Promise.all(Array.from({ length: 20 }, (_, n) => tell(`email-${n}`, 'email', 'again', ' again')))
    await system.answered(streams.alerts.name, 30_000)
    expect(told()).toEqual({
      'email, SUBMIT_CLAIM_EMAIL_TEMPLATE_ID': 20,
      'text message, one-time-code': 1,
    })
    expect(texts().length).toBeLessThanOrEqual(4)
  }, 120_000)

  it('that refuses what it is told makes no dead letters about dead letters, and nothing of the message changes', async () => {
    await Promise.all([system.startService('task-relay'), system.startService('scheduler', 'one')])
    chat().misbehave({ kind: 'status', status: 400 })
    const { db } = system.connection
    const owed = {
      ...{ MessageId: 'message-of-a-run', Subject: subjects.claimSubmitted, Body: '{}', State: 'FAILED' },
      ...{ Attempts: 1, LastReason: 'claim-not-found', DateCreated: `${friday} 00:00:00.000` },
      ...{ DateLastHeard: `${friday} 00:00:01.000`, DateEnded: `${friday} 00:00:01.000` },
    }
    await db.insertInto('AsyncSchema.Outbox').values(owed).execute()
    await letter('complete-claim', 'claim-not-found', { 'ce-id': owed.MessageId })
    await client.publish('dead-letters.send-email', new Uint8Array([0xff, 0x00]))
    const gaveUp = () => system.logLines.filter((line) => line.includes('gave up on looking at a message'))
    await until('both were refused', () => gaveUp().length === 2, 30_000)
    const advisory = { stream: deadLetters, consumer: announcer, stream_seq: 1, deliveries: 16 }
    const event = subjects.deliveriesExhausted.replace('>', `${deadLetters}.${announcer}`)
    await client.publish(event, advisory)
    await system.answered(streams.advisories.name)
    await system.answered(deadLetters)
    expect((await client.read(deadLetters)).map(({ subject }) => subject)).toEqual([
      'dead-letters.complete-claim',
      'dead-letters.send-email',
    ])
    const rows = await db.selectFrom('AsyncSchema.Outbox').selectAll().execute()
    expect(rows).toMatchObject([owed])
    expect(
      await db.selectFrom('AsyncSchema.Inbox').where('Consumer', '=', announcer).selectAll().execute(),
    ).toEqual([])
  }, 120_000)

  it('is told by another replica what one held back as it stopped, and that one stops at once', async () => {
    env.CHAT_PAUSE_SECONDS = '600'
    await system.startService('scheduler', 'one')
    await letter('send-email', 'notify-400')
    await chat().waitForCalls(1, 30_000)
    await letters(5, 'send-email', 'notify-400')
    const held = async () => (await client.consumer(deadLetters, announcer)).num_ack_pending === 5
    await until('five wait for their turn', held, 30_000)
    env.CHAT_PAUSE_SECONDS = '1'
    await system.startService('scheduler', 'two')
    const begun = performance.now()
    await system.stopService('one')
    expect(performance.now() - begun).toBeLessThan(10_000)
    await system.answered(deadLetters, 50_000)
    expect(told()).toEqual({ 'send-email, notify-400': 6 })
  }, 120_000)

  it('is told nothing where there is none, and later nothing of that time', async () => {
    const { CHAT_WEBHOOK_URL = '' } = env
    delete env.CHAT_WEBHOOK_URL
    await system.startService('scheduler', 'one')
    await letters(3, 'send-email', 'notify-400')
    await system.answered(deadLetters)
    await system.stopService('one')
    env.CHAT_WEBHOOK_URL = CHAT_WEBHOOK_URL
    await system.startService('scheduler', 'two')
    await letters(1, 'raise-ticket', 'helpdesk-401')
    await system.answered(deadLetters)
    expect(told()).toEqual({ 'raise-ticket, helpdesk-401': 1 })
  }, 120_000)
})
