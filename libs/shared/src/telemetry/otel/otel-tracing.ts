import { context, diag, DiagLogLevel, ROOT_CONTEXT, SpanKind, trace, type Context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { Log } from '../../logging/index.js'
import { provideCurrentSpan } from '../current-span.js'
import { readTraceparent } from '../traceparent.js'
import type { TraceSettings } from '../trace.settings.js'
import type { BeginOptions, OpenSpan, SpanOptions, Tracing } from '../tracing.js'
import { ChosenIds } from './chosen-ids.js'
import { currentOtelSpan, OtelSpan } from './otel-span.js'
import { WatchedExporter } from './watched-exporter.js'

/** What is left when a service stops has this long to get to the collector, in milliseconds. */
const stopMs = 3_000

const kinds = {
  internal: SpanKind.INTERNAL,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
} as const

/** Traces by OpenTelemetry's SDK, in batches to an OTLP collector. */
export class OtelTracing implements Tracing {
  private readonly ids = new ChosenIds()
  private readonly provider: BasicTracerProvider
  private readonly tracer

  constructor(service: string, { url }: TraceSettings, log: Log) {
    keepCurrentSpan()
    const exporter = new WatchedExporter(new OTLPTraceExporter({ url }), log)
    watchQueue(exporter)
    this.provider = new BasicTracerProvider({
      resource: resourceOf(service),
      idGenerator: this.ids,
      spanProcessors: [new BatchSpanProcessor(exporter)],
    })
    this.tracer = this.provider.getTracer('hwpv')
  }

  begin(name: string, { parent, ...options }: BeginOptions = {}): OpenSpan {
    const from = contextOf(parent)
    return this.beginIn(from ? trace.setSpanContext(ROOT_CONTEXT, from) : ROOT_CONTEXT, name, options)
  }

  /** @internal for the spans themselves, which know their context */
  beginIn(
    parent: Context,
    name: string,
    { kind = 'internal', ...options }: SpanOptions & BeginOptions,
  ): OpenSpan {
    const links = (options.linkedTo ?? []).map(contextOf).filter((link) => link !== undefined)
    const settings = {
      kind: kinds[kind],
      ...(options.attributes && { attributes: options.attributes }),
      ...(options.startTime !== undefined && { startTime: options.startTime }),
      ...(links.length && { links: links.map((link) => ({ context: link })) }),
    }
    return new OtelSpan(
      this,
      this.ids.with(options.ids, () => this.tracer.startSpan(name, settings, parent)),
    )
  }

  async stop(): Promise<void> {
    let deadline: NodeJS.Timeout | undefined
    const late = new Promise((resolve) => (deadline = setTimeout(resolve, stopMs)))
    // What could not be sent has been said by then.
    await Promise.race([this.provider.shutdown().catch(() => undefined), late])
    clearTimeout(deadline)
  }
}

function contextOf(traceparent: string | undefined) {
  const read = readTraceparent(traceparent)
  if (!read) return undefined
  const { traceId, spanId, sampled } = read
  return { traceId, spanId, traceFlags: sampled ? 1 : 0, isRemote: true }
}

/** What the environment says of the service comes before what it is called here. */
function resourceOf(service: string) {
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': service, 'service.namespace': 'hwpv' }))
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }))
}

/** Once for a process: the services that share one in tests share this too. */
function keepCurrentSpan(): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  provideCurrentSpan(currentOtelSpan)
}

/** The SDK says only here that its queue was full. All else it says is about what the exporter has said already. */
function watchQueue(exporter: WatchedExporter): void {
  const ignore = () => undefined
  const warn = (message: string) => {
    const dropped = /^Dropped (\d+) spans/.exec(message)?.[1]
    if (dropped) exporter.noteLost(Number(dropped), 'queue-full')
  }
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
}
