import { diag, DiagLogLevel } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  type Resource,
} from '@opentelemetry/resources'
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { Log } from '../../logging/index.js'
import { provideCurrentSpan } from '../current-span.js'
import type { TraceSettings } from '../trace.settings.js'
import { newSpanId, newTraceId } from '../traceparent.js'
import type { BeginOptions, OpenSpan, Tracing } from '../tracing.js'
import { currentRecordedSpan, kinds, RecordedSpan, remoteContext, type Recorder } from './recorded-span.js'
import { samplerOf, type KeepsTrace } from './sampler.js'
import { WatchedExporter } from './watched-exporter.js'

/** What is left when a service stops has this long to get to the collector, in milliseconds. */
const stopMs = 3_000

/** Traces in batches to an OTLP collector: spans are our own, all else is OpenTelemetry's SDK. */
export class OtelTracing implements Tracing, Recorder {
  readonly instrumentationScope = { name: 'hwpv' }
  readonly resource: Resource
  private readonly keeps: KeepsTrace
  private readonly batches: BatchSpanProcessor

  constructor(service: string, settings: TraceSettings, log: Log) {
    // Once for a process: the services that share one in tests share this too.
    provideCurrentSpan(currentRecordedSpan)
    this.resource = resourceOf(service)
    this.keeps = samplerOf(settings)
    const exporter = new WatchedExporter(new OTLPTraceExporter({ url: settings.url }), log)
    watchQueue(exporter)
    // With the settings of the environment.
    this.batches = new BatchSpanProcessor(exporter)
  }

  begin(name: string, { parent, ids, kind = 'internal', ...options }: BeginOptions = {}): OpenSpan {
    const from = remoteContext(parent)
    const traceId = from?.traceId ?? ids?.traceId ?? newTraceId()
    const traceFlags = this.keeps(traceId, from && from.traceFlags === 1) ? 1 : 0
    return new RecordedSpan(this, name, {
      ...options,
      kind: kinds[kind],
      context: { traceId, spanId: ids?.spanId ?? newSpanId(), traceFlags },
      parentSpanContext: from,
      ahead: Date.now() - performance.now(),
    })
  }

  take(span: RecordedSpan): void {
    this.batches.onEnd(span)
  }

  async stop(): Promise<void> {
    let deadline: NodeJS.Timeout | undefined
    const late = new Promise((resolve) => (deadline = setTimeout(resolve, stopMs)))
    // What could not be sent has been said by then.
    await Promise.race([this.batches.shutdown().catch(() => undefined), late])
    clearTimeout(deadline)
  }
}

/** What the environment says of the service comes before what it is called here. */
function resourceOf(service: string) {
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': service, 'service.namespace': 'hwpv' }))
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }))
}

/** The SDK says only here that its queue was full. All else it says is about what the exporter has said already. */
function watchQueue(exporter: Pick<WatchedExporter, 'noteLost'>): void {
  const ignore = () => undefined
  const warn = (message: string) => {
    const dropped = /^Dropped (\d+) spans/.exec(message)?.[1]
    if (dropped) exporter.noteLost(Number(dropped), 'queue-full')
  }
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
}
