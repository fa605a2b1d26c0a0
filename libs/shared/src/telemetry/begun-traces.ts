import type { BeginOptions, OpenSpan } from './tracing.js'

/**
 * The first spans of traces that are begun within a transaction, one for each row of many: nobody sees them unless it
 * is committed.
 */
export class BegunTraces {
  private readonly spans: OpenSpan[] = []

  /** @param beginOne begins one; without it traces are off */
  constructor(private readonly beginOne?: (name: string, options: BeginOptions) => OpenSpan) {}

  /** @returns the W3C trace context to go on with; undefined where traces are off */
  begin(name: string, options: BeginOptions): string | undefined {
    const span = this.beginOne?.(name, options)
    if (span) this.spans.push(span)
    return span?.traceparent
  }

  event(name: string): void {
    for (const span of this.spans) span.event(name)
  }

  end(): void {
    for (const span of this.spans) span.end()
  }
}
