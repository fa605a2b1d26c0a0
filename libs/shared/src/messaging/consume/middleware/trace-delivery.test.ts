import { describe, expect, it } from 'vitest'
import { subjects } from '../../../contracts/index.js'
import { Log } from '../../../logging/index.js'
import type { BeginOptions, OpenSpan, SpanAttributes, Tracing } from '../../../telemetry/index.js'
import { attemptIds } from '../attempt-ids.js'
import type { ConsumerDefinition } from '../../handlers/consumer-definition.js'
import type { DeliveredMessage } from '../delivered-message.js'
import { done, reject, type Outcome } from '../../handlers/outcome.js'
import { Router, type RouterParts } from '../router.js'

const definition: ConsumerDefinition = {
  name: 'send-email',
  subjects: [subjects.notifyClaimSubmitted],
  policy: { attempts: 3, backoff: { baseMs: 1, capMs: 1 }, timeOutMs: 1_000, concurrency: 1 },
}
const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const own = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01'
const body = { reference: 'ABC1234', eligibilityId: 1, claimId: 2 }

/** The second delivery of a message. */
function message(asked: string[]): DeliveredMessage {
  const place = {
    subject: subjects.notifyClaimSubmitted,
    stream: 'NOTIFICATIONS',
    sequence: 7,
    deliveries: 2,
  }
  const answers = {
    ack: () => undefined,
    nak: () => undefined,
    term: () => undefined,
    working: () => undefined,
  }
  return {
    ...place,
    ...answers,
    data: Buffer.from(JSON.stringify(body)),
    headers: { get: (name: string) => (name === 'traceparent' ? parent : '') },
    hasUnreadableHeaders: false,
    get storedAt() {
      asked.push('storedAt')
      return '1795333407370149944'
    },
  } as unknown as DeliveredMessage
}

/** Remembers what it is told. */
class RememberingTracing implements Tracing {
  readonly begun: { name: string; options: BeginOptions }[] = []
  attributes: SpanAttributes = {}
  readonly failures: string[] = []
  ends = 0

  begin(name: string, options: BeginOptions = {}): OpenSpan {
    this.begun.push({ name, options })
    const span: OpenSpan = {
      traceparent: own,
      sampled: true,
      set: (attributes) => void (this.attributes = { ...this.attributes, ...attributes }),
      event: () => undefined,
      fail: (reason) => void this.failures.push(reason),
      child: () => span,
      beginLinked: () => span,
      within: (work) => work(),
      end: () => void this.ends++,
    }
    return span
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }
}

async function deliver(tracing: Tracing | null, outcome: Outcome) {
  const parts = {
    deadLetters: { add: () => Promise.resolve() },
    records: {
      failedAttempt: () => Promise.resolve(),
      waiting: () => Promise.resolve(),
      gaveUp: () => Promise.resolve(),
    },
    log: Log.create('test', 'silent'),
    measured: false,
    tracing,
  } as unknown as RouterParts
  const asked: string[] = []
  const seen: string[] = []
  const handle = new Router(parts).route(definition, (delivery) => {
    seen.push(delivery.traceparent)
    return Promise.resolve(outcome)
  })
  await handle(message(asked))
  return { asked, traceparent: seen[0] ?? '' }
}

describe('the span of a delivery', () => {
  it('belongs to the publication, leads to the delivery before, and is what the handler goes on with', async () => {
    const tracing = new RememberingTracing()
    const { traceparent } = await deliver(tracing, done)
    expect(traceparent).toBe(own)
    const [{ name, options } = { name: '', options: {} as BeginOptions }, ...others] = tracing.begun
    expect(others).toEqual([])
    expect({ name, kind: options.kind, parent: options.parent }).toEqual({
      name: 'process send-email',
      kind: 'consumer',
      parent,
    })
    const place = { consumer: 'send-email', stream: 'NOTIFICATIONS', sequence: 7, message: message([]) }
    const before = attemptIds({ ...place, count: 1 }, parent.slice(3, 35))
    expect(options.linkedTo).toEqual([`00-${before.traceId}-${before.spanId}-01`])
    expect(tracing.attributes).toMatchObject({ 'hwpv.reference': 'ABC1234', 'hwpv.outcome': 'done' })
    expect({ failures: tracing.failures, ends: tracing.ends }).toEqual({ failures: [], ends: 1 })
  })

  it('fails with the reason of what was not done', async () => {
    const tracing = new RememberingTracing()
    await deliver(tracing, reject('claim-not-found'))
    expect(tracing.failures).toEqual(['claim-not-found'])
    expect(tracing.attributes).toMatchObject({ 'hwpv.outcome': 'reject', 'hwpv.reason': 'claim-not-found' })
    expect(tracing.ends).toBe(1)
  })

  it('is not even thought of where traces are off', async () => {
    const { asked, traceparent } = await deliver(null, done)
    expect(asked).toEqual([])
    expect(traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/)
    // For the span's own ids, and for the id of the message, which has none.
    expect((await deliver(new RememberingTracing(), done)).asked).toEqual(['storedAt', 'storedAt'])
  })
})
