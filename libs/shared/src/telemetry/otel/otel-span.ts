import { context, ROOT_CONTEXT, SpanStatusCode, trace, createContextKey, type Span } from '@opentelemetry/api'
import { conventional } from '../attributes.js'
import { writeTraceparent } from '../traceparent.js'
import type { OpenSpan, SpanAttributes, SpanOptions } from '../tracing.js'
import type { OtelTracing } from './otel-tracing.js'

const currentKey = createContextKey('hwpv current span')

export const currentOtelSpan = (): OpenSpan | undefined =>
  context.active().getValue(currentKey) as OpenSpan | undefined

/** A span of OpenTelemetry's SDK. */
export class OtelSpan implements OpenSpan {
  readonly traceparent: string
  readonly sampled: boolean

  constructor(
    private readonly tracing: OtelTracing,
    private readonly span: Span,
  ) {
    const { traceId, spanId, traceFlags } = span.spanContext()
    this.sampled = (traceFlags & 1) === 1
    this.traceparent = writeTraceparent({ traceId, spanId, sampled: this.sampled })
  }

  set(attributes: SpanAttributes): void {
    if (this.span.isRecording()) this.span.setAttributes(attributes)
  }

  event(name: string, attributes: SpanAttributes = {}): void {
    if (this.span.isRecording()) this.span.addEvent(name, attributes)
  }

  fail(reason: string): void {
    if (!this.span.isRecording()) return
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: reason })
    this.span.setAttribute(conventional.errorType, reason)
  }

  child(name: string, options: SpanOptions = {}): OpenSpan {
    if (!this.sampled) return this
    return this.tracing.beginIn(trace.setSpan(ROOT_CONTEXT, this.span), name, options)
  }

  beginLinked(name: string, options: SpanOptions = {}): OpenSpan {
    return this.tracing.begin(name, { ...options, linkedTo: [this.traceparent] })
  }

  within<T>(work: () => T): T {
    return context.with(trace.setSpan(context.active(), this.span).setValue(currentKey, this), work)
  }

  end(): void {
    if (this.span.isRecording()) this.span.end()
  }
}
