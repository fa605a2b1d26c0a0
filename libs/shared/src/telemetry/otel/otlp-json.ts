import type { Attributes, HrTime, Link, SpanContext } from '@opentelemetry/api'
import type { ISerializer } from '@opentelemetry/otlp-transformer'
import type { Resource } from '@opentelemetry/resources'
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base'

/** Bits of a span's flags besides W3C's: that its context says whether its parent is remote, and that it is. */
const tellsRemote = 0x100
const isRemote = 0x200

/** Of whatever is not sampled, nothing is written. */
const sampled = { traceId: '', spanId: '', traceFlags: 1 }

/**
 * What is left of a span that has ended: its JSON, in bytes outside the heap. Spans wait for seconds until they are sent,
 * and as objects they are what the garbage collector has to do with most.
 */
export class EncodedSpan {
  readonly json: Buffer
  readonly resource: Resource
  readonly scope: string

  constructor(span: ReadableSpan) {
    this.json = Buffer.from(spanOf(span), 'latin1')
    this.resource = span.resource
    this.scope = span.instrumentationScope.name
  }

  spanContext(): SpanContext {
    return sampled
  }
}

const comma = Buffer.from(',')

/**
 * Spans as the JSON of OTLP, written straight away: OpenTelemetry's own serializer makes an object for each attribute
 * first, takes two thirds longer, and must have the spans as objects until then. All are of one resource and of one scope.
 * What has its default value is left out. A test reads the text against what OpenTelemetry's own comes to.
 */
export const otlpJson: ISerializer<EncodedSpan[], unknown> = {
  serializeRequest(spans) {
    const [first] = spans
    if (!first) return undefined
    const resource = `{"attributes":[${attributesOf(first.resource.attributes)}]}`
    const scope = `{"name":${quoted(first.scope)}}`
    const head = `{"resourceSpans":[{"resource":${resource},"scopeSpans":[{"scope":${scope},"spans":[`
    const parts = spans.flatMap(({ json }, place) => (place ? [comma, json] : [json]))
    return Buffer.concat([Buffer.from(head), ...parts, Buffer.from(']}]}]}')])
  },
  // A collector may say that it took only some; what it did not take is lost either way.
  deserializeResponse: () => ({}),
}

function spanOf(span: ReadableSpan): string {
  const { name, kind, parentSpanContext: parent, links, events, status } = span
  const context = span.spanContext()
  return (
    `{${idsOf(context)},"name":${quoted(name)},"kind":${kind + 1}` +
    (parent ? `,"parentSpanId":"${parent.spanId}"` : '') +
    `,"startTimeUnixNano":"${nanoseconds(span.startTime)}","endTimeUnixNano":"${nanoseconds(span.endTime)}"` +
    `,"attributes":[${attributesOf(span.attributes)}]` +
    (events.length ? `,"events":[${events.map(eventOf).join(',')}]` : '') +
    (links.length ? `,"links":[${links.map(linkOf).join(',')}]` : '') +
    (status.code ? `,"status":{"code":${status.code},"message":${quoted(status.message ?? '')}}` : '') +
    `,"flags":${flagsOf(context.traceFlags, parent)}}`
  )
}

const eventOf = ({ name, time, attributes = {} }: TimedEvent): string =>
  `{"name":${quoted(name)},"timeUnixNano":"${nanoseconds(time)}","attributes":[${attributesOf(attributes)}]}`

const linkOf = ({ context }: Link): string =>
  `{${idsOf(context)},"flags":${flagsOf(context.traceFlags, context)}}`

const idsOf = ({ traceId, spanId }: SpanContext): string => `"traceId":"${traceId}","spanId":"${spanId}"`

const flagsOf = (traceFlags: number, other: SpanContext | undefined): number =>
  traceFlags | tellsRemote | (other?.isRemote ? isRemote : 0)

/** Attributes that are said over and over: whoever says them freezes them. */
const known = new WeakMap<Attributes, string>()

function attributesOf(attributes: Attributes): string {
  const said = known.get(attributes)
  if (said !== undefined) return said
  const text = textOf(attributes)
  if (Object.isFrozen(attributes)) known.set(attributes, text)
  return text
}

function textOf(attributes: Attributes): string {
  let text = ''
  for (const key in attributes) {
    const value = attributes[key]
    if (value === undefined || value === null) continue
    text += `${text && ','}${keyOf(key)}${valueOf(value)}}`
  }
  return text
}

/** There are some dozens of keys: they are this project's, or the environment's. */
const keys = new Map<string, string>()

function keyOf(key: string): string {
  const said = keys.get(key)
  if (said !== undefined) return said
  const text = `{"key":${quoted(key)},"value":`
  keys.set(key, text)
  return text
}

function valueOf(value: NonNullable<Attributes[string]>): string {
  if (typeof value === 'string') return `{"stringValue":${quoted(value)}}`
  if (typeof value === 'number')
    return Number.isInteger(value) ? `{"intValue":${value}}` : `{"doubleValue":${value}}`
  if (typeof value === 'boolean') return `{"boolValue":${value}}`
  // Nothing here has lists; a resource out of the environment may.
  const values = value.filter((each) => each !== undefined && each !== null).map(valueOf)
  return `{"arrayValue":{"values":[${values.join(',')}]}}`
}

/** Letters, digits and a few signs need no look at each of them. */
const plain = /^[\w .:;/<>=()-]*$/
const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : inAscii(JSON.stringify(text)))

/** So that a character is a byte: writing is quickest then. */
const inAscii = (json: string): string =>
  json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const nanoseconds = ([seconds, nanos]: HrTime): string => `${seconds}${String(nanos).padStart(9, '0')}`
