import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base'
import type { Log } from '../../logging/index.js'
import { failureCode } from '../current-span.js'

/** Between two lines in the log about a collector that stays away, in milliseconds. */
const quietMs = 60_000
const exported = 0

type Answer = Parameters<SpanExporter['export']>[1]

/** Says now and then that the collector does not take what it is sent, and when it does again. */
export class WatchedExporter implements SpanExporter {
  private lost = 0
  private saidAt: number | undefined

  constructor(
    private readonly exporter: SpanExporter,
    private readonly log: Log,
  ) {}

  export(spans: ReadableSpan[], answer: Answer): void {
    this.exporter.export(spans, (result) => {
      if (Number(result.code) === exported) this.gotThrough()
      else this.noteLost(spans.length, failureCode(result.error))
      answer(result)
    })
  }

  /** Spans that were never seen by anybody. */
  noteLost(count: number, reason: string): void {
    this.lost += count
    const now = performance.now()
    if (this.saidAt !== undefined && now - this.saidAt < quietMs) return
    this.saidAt = now
    this.log.warn('spans are lost: the collector of traces does not take them', { count: this.lost, reason })
    this.lost = 0
  }

  forceFlush(): Promise<void> {
    return this.exporter.forceFlush?.() ?? Promise.resolve()
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown()
  }

  private gotThrough(): void {
    if (this.saidAt === undefined) return
    this.saidAt = undefined
    this.log.info('the collector takes traces again', { count: this.lost })
    this.lost = 0
  }
}
