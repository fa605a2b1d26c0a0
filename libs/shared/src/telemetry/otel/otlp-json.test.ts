import { describe, expect, it } from '@jest/globals'
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { OpenSpan } from '../tracing.js'
import { EncodedSpan, otlpJson } from './otlp-json.js'
import { kinds, RecordedSpan } from './recorded-span.js'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const ended: RecordedSpan[] = []
const recorder = {
  resource: resourceFromAttributes({ 'service.name': 'te"st', 'host.port': 12, 'process.args': ['a', 'b'] }),
  instrumentationScope: { name: 'hwpv' },
  begin: (): OpenSpan => root('linked'),
  take: (span: RecordedSpan) => void ended.push(span),
}

const root = (name: string, linkedTo: string[] = []): RecordedSpan =>
  new RecordedSpan(recorder, name, {
    kind: kinds.consumer,
    context: { traceId, spanId: '00f067aa0ba902b7', traceFlags: 1 },
    parentSpanContext: { traceId, spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote: true },
    ahead: Date.now() - performance.now(),
    linkedTo,
    startTime: 1_795_000_000_000.0625,
  })

/** What is left out is what has its default value. */
const withoutDefaults = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutDefaults)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, each]) => [key, withoutDefaults(each)] as const)
  return Object.fromEntries(
    entries.filter(
      ([key, each]) =>
        !(
          (key.startsWith('dropped') && each === 0) ||
          (['events', 'links', 'attributes'].includes(key) && (each as unknown[]).length === 0) ||
          (key === 'status' && (each as { code?: number }).code === 0)
        ),
    ),
  )
}

const read = (bytes: Uint8Array | undefined): unknown => JSON.parse(Buffer.from(bytes ?? []).toString())
const written = (spans: RecordedSpan[]): unknown =>
  read(otlpJson.serializeRequest(spans.map((span) => new EncodedSpan(span))))

/** Every kind of thing that may be said of a span. */
function spansOfAllKinds(): RecordedSpan[] {
  ended.length = 0
  const parent = root('process "x"', [`00-${traceId}-00f067aa0ba902b8-01`, 'no traceparent'])
  const child = parent.child('SELECT IntSchema.Claim', {
    kind: 'client',
    attributes: {
      text: 'a "quoted"\\ line\n',
      whole: 3,
      part: 0.5,
      yes: true,
      dash: '–',
    },
  })
  child.event('begun', { count: 1 })
  child.event('begun again')
  child.fail('deadlock-1205')
  child.end()
  parent.child('plain').end()
  parent.set({ 'hwpv.outcome': 'done' })
  parent.end()
  return [...ended]
}

describe('a span', () => {
  it('says nothing more once it has ended, and ends once', () => {
    ended.length = 0
    const span = root('x')
    span.end()
    span.end()
    span.set({ late: true })
    span.event('late')
    span.fail('late')
    expect(ended).toEqual([span])
    expect([span.attributes, span.events, span.status]).toEqual([{}, [], { code: 0 }])
  })

  it('leaves alone what it was given', () => {
    const attributes = { a: 1 }
    const span = root('x').child('y', { attributes })
    span.set({ b: 2 })
    expect(attributes).toEqual({ a: 1 })
  })
})

describe('the JSON of spans', () => {
  it('says what OpenTelemetry’s own says', () => {
    const spans = spansOfAllKinds()
    expect(spans).toHaveLength(3)
    const theirs = withoutDefaults(read(JsonTraceSerializer.serializeRequest(spans)))
    expect(withoutDefaults(written(spans))).toEqual(theirs)
  })

  it('leaves out what is not known', () => {
    const span = root('x')
    span.set({ known: 'yes', unknown: undefined })
    expect(written([span])).toMatchObject({
      resourceSpans: [
        { scopeSpans: [{ spans: [{ attributes: [{ key: 'known', value: { stringValue: 'yes' } }] }] }] },
      ],
    })
  })

  it('is the same each time of attributes that are frozen, and another one of others that have changed', () => {
    const frozen = Object.freeze({ a: 'once' })
    const open: Record<string, string> = { a: 'once' }
    const attributesOf = (attributes: Record<string, string>): unknown => {
      ended.length = 0
      root('x').child('y', { attributes }).end()
      return JSON.stringify(written([...ended]))
    }
    const first = attributesOf(open)
    open.a = 'again'
    expect([first, attributesOf(open)]).toEqual([
      expect.stringContaining('"once"'),
      expect.stringContaining('"again"'),
    ])
    const texts = [attributesOf(frozen), attributesOf(frozen)]
    expect(texts).toEqual([expect.stringContaining('"once"'), expect.stringContaining('"once"')])
  })

  it('is ASCII, whatever is said', () => {
    const span = root('“é😀\u2028')
    span.end()
    expect(new EncodedSpan(span).json.every((byte) => byte < 0x80)).toBe(true)
    expect(written([span])).toMatchObject({
      resourceSpans: [{ scopeSpans: [{ spans: [{ name: '“é😀\u2028' }] }] }],
    })
  })

  it('is nothing where there are no spans', () => {
    expect(otlpJson.serializeRequest([])).toBeUndefined()
  })
})
