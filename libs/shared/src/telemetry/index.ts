export { conventional, own } from './attributes.js'
export { BegunTraces } from './begun-traces.js'
export { currentSpan, failureCode, inSpan } from './current-span.js'
export { counted, countedRegistry } from './counted.js'
export { LabelValues, otherValue } from './label-values.js'
export { metrics, reasons, scrapedGauges, type ScrapedGauge, type ScrapedGaugeName } from './metrics.js'
export { asService, currentService } from './service-scope.js'
export { startTracing } from './start-tracing.js'
export { childTraceparent, readTraceparent, traceIdOf } from './traceparent.js'
export {
  TRACING,
  type BeginOptions,
  type OpenSpan,
  type SpanAttributes,
  type SpanOptions,
  type Tracing,
} from './tracing.js'
export { noteRequest, noteStatus, ok, upstreamCall, type UpstreamCall } from './upstream-call.js'
export { currentUse, noteAsked, watchingUse, type UpstreamUse } from './upstream-use.js'
export { traceSettingsGroups } from './trace.settings.js'
