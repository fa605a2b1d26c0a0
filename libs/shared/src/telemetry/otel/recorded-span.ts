import { AsyncLocalStorage } from 'node:async_hooks'
import {
  SpanKind,
  SpanStatusCode,
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
  type SpanStatus,
} from '@opentelemetry/api'
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base'
import { conventional } from '../attributes.js'
import { newSpanId, readTraceparent, writeTraceparent } from '../traceparent.js'
import type { BeginOptions, OpenSpan, SpanAttributes, SpanOptions } from '../tracing.js'

/** Who makes spans, and takes them when they have ended. */
export interface Recorder extends Pick<ReadableSpan, 'resource' | 'instrumentationScope'> {
  begin(name: string, options: BeginOptions): OpenSpan
  take(span: RecordedSpan): void
}

export interface SpanParts extends Omit<SpanOptions, 'kind'>, Pick<BeginOptions, 'linkedTo'> {
  readonly kind: SpanKind
  readonly context: SpanContext
  readonly parentSpanContext?: SpanContext | undefined
  /** What the clock is ahead of `performance.now()`, in milliseconds: one for the spans of a trace in one process. */
  readonly ahead: number
  readonly startTime?: number | undefined
}

export const kinds = {
  internal: SpanKind.INTERNAL,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
} as const

const current = new AsyncLocalStorage<OpenSpan>()

export const currentRecordedSpan = (): OpenSpan | undefined => current.getStore()

const nothing: readonly never[] = []
const unset: SpanStatus = { code: SpanStatusCode.UNSET }

/**
 * A span in the shape that OpenTelemetry's SDK processes. The SDK's own takes six times as long to begin and to end,
 * and there are about fifty of them to a claim (ADR 24).
 */
export class RecordedSpan implements OpenSpan, ReadableSpan {
  readonly kind: SpanKind
  readonly parentSpanContext?: SpanContext
  readonly links: Link[]
  readonly sampled: boolean
  events: TimedEvent[] = nothing as never[]
  status = unset
  ended = false
  private readonly context: SpanContext
  private readonly ahead: number
  private readonly begunAt: number
  private endedAt = 0
  private said: SpanAttributes

  constructor(
    private readonly recorder: Recorder,
    readonly name: string,
    { kind, context, parentSpanContext, ahead, attributes = {}, linkedTo = nothing, startTime }: SpanParts,
  ) {
    this.kind = kind
    this.context = context
    this.sampled = (context.traceFlags & 1) === 1
    if (parentSpanContext) this.parentSpanContext = parentSpanContext
    this.ahead = ahead
    // Whoever gave them may give them again: they are never changed here.
    this.said = attributes
    this.links = linkedTo.length ? linksTo(linkedTo) : (nothing as never[])
    this.begunAt = startTime ?? this.now()
  }

  get traceparent(): string {
    const { traceId, spanId } = this.context
    return writeTraceparent({ traceId, spanId, sampled: this.sampled })
  }

  set(attributes: SpanAttributes): void {
    if (this.isOpen) this.said = { ...this.said, ...attributes }
  }

  event(name: string, attributes: SpanAttributes = {}): void {
    if (this.isOpen)
      this.events = [...this.events, { name, attributes: known(attributes), time: hrTime(this.now()) }]
  }

  fail(reason: string): void {
    if (this.isOpen) this.status = { code: SpanStatusCode.ERROR, message: reason }
    this.set({ [conventional.errorType]: reason })
  }

  child(name: string, { kind = 'internal', attributes = {} }: SpanOptions = {}): OpenSpan {
    if (!this.sampled) return this
    const { traceId, traceFlags } = this.context
    return new RecordedSpan(this.recorder, name, {
      kind: kinds[kind],
      attributes,
      context: { traceId, traceFlags, spanId: newSpanId() },
      parentSpanContext: this.context,
      ahead: this.ahead,
    })
  }

  beginLinked(name: string, options: SpanOptions = {}): OpenSpan {
    return this.recorder.begin(name, { ...options, linkedTo: [this.traceparent] })
  }

  within<T>(work: () => T): T {
    return current.run(this, work)
  }

  end(): void {
    if (!this.isOpen) return
    this.endedAt = Math.max(this.begunAt, this.now())
    this.ended = true
    this.recorder.take(this)
  }

  spanContext(): SpanContext {
    return this.context
  }

  get attributes(): Attributes {
    return known(this.said)
  }
  get startTime(): HrTime {
    return hrTime(this.begunAt)
  }
  get endTime(): HrTime {
    return hrTime(this.endedAt)
  }
  get duration(): HrTime {
    return hrTime(this.endedAt - this.begunAt)
  }
  get resource() {
    return this.recorder.resource
  }
  get instrumentationScope() {
    return this.recorder.instrumentationScope
  }
  get droppedAttributesCount(): number {
    return 0
  }
  get droppedEventsCount(): number {
    return 0
  }
  get droppedLinksCount(): number {
    return 0
  }

  /** What nobody will see says nothing. */
  private get isOpen(): boolean {
    return this.sampled && !this.ended
  }

  private now(): number {
    return performance.now() + this.ahead
  }
}

/** What is said of another span by its traceparent; undefined where that is none. */
export function remoteContext(traceparent: string | undefined): SpanContext | undefined {
  const read = readTraceparent(traceparent)
  if (!read) return undefined
  const { traceId, spanId, sampled } = read
  return { traceId, spanId, traceFlags: sampled ? 1 : 0, isRemote: true }
}

function linksTo(traceparents: readonly string[]): Link[] {
  return traceparents.flatMap((traceparent) => {
    const context = remoteContext(traceparent)
    return context ? [{ context }] : []
  })
}

/** Without what is undefined: on its way to a collector it would become a value that is empty. */
function known(attributes: SpanAttributes): Attributes {
  const values = Object.values(attributes)
  if (!values.includes(undefined)) return attributes
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
}

/** Seconds and nanoseconds. */
function hrTime(milliseconds: number): HrTime {
  const seconds = Math.trunc(milliseconds / 1_000)
  return [seconds, Math.floor((milliseconds - seconds * 1_000) * 1e6)]
}
