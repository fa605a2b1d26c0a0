/** Ids, codes, names and counts; undefined is left out. Never a person's data, nor a text from outside. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>

export interface SpanOptions {
  /** What part of a conversation it is; `internal`, the default, of none. */
  readonly kind?: 'internal' | 'producer' | 'consumer' | 'client'
  readonly attributes?: SpanAttributes
}

export interface BeginOptions extends SpanOptions {
  /** W3C trace context of what caused it; without it a new trace begins. */
  readonly parent?: string | undefined
  /** W3C trace context of spans it has to do with, but does not belong to. */
  readonly linkedTo?: readonly string[]
  /** When it began, in milliseconds since 1970; now by default. */
  readonly startTime?: number
  /** Chosen ones, where somebody else must be able to work them out; the trace's only where none is given. */
  readonly ids?: { readonly traceId: string; readonly spanId: string }
}

/** A span that has begun. What is said of it after its end is ignored. */
export interface OpenSpan {
  /** W3C trace context for what it causes. */
  readonly traceparent: string
  /** Whether anybody will see it: of a trace that is not kept nobody sees anything, and what belongs to it is free. */
  readonly sampled: boolean
  set(attributes: SpanAttributes): void
  /** Something that happened at one moment of it. */
  event(name: string, attributes?: SpanAttributes): void
  /** @param reason a short code, never a person's data */
  fail(reason: string): void
  /** A span that belongs to this one, and must be ended. */
  child(name: string, options?: SpanOptions): OpenSpan
  /** The first span of another trace, which leads back here by a link. */
  beginLinked(name: string, options?: SpanOptions): OpenSpan
  /** Runs work of which this is the current span. */
  within<T>(work: () => T): T
  /** Whatever is not ended is never seen. Safe to repeat. */
  end(): void
}

/** Makes spans, and has them sent to a collector. Nothing in it waits for the collector, or throws. */
export interface Tracing {
  begin(name: string, options?: BeginOptions): OpenSpan
  /** Sends what is left, for a bounded time. */
  stop(): Promise<void>
}

/** The token under which a service has its `Tracing`; null where traces are off. */
export const TRACING = Symbol('tracing')
