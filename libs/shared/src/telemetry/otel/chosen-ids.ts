import { RandomIdGenerator, type IdGenerator } from '@opentelemetry/sdk-trace-base'

/** Random ids, but for a span that is begun with chosen ones. */
export class ChosenIds implements IdGenerator {
  private readonly random = new RandomIdGenerator()
  private chosen: { traceId?: string; spanId?: string } = {}

  /** The SDK asks for a span's ids while it begins, and for nothing else's. */
  with<T>(ids: { readonly traceId: string; readonly spanId: string } | undefined, begin: () => T): T {
    this.chosen = { ...ids }
    try {
      return begin()
    } finally {
      this.chosen = {}
    }
  }

  readonly generateTraceId = (): string => this.chosen.traceId ?? this.random.generateTraceId()
  readonly generateSpanId = (): string => this.chosen.spanId ?? this.random.generateSpanId()
}
