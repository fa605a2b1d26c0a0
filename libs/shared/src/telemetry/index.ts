export { LabelValues, otherValue } from './label-values.js'
export {
  metrics,
  reasons,
  registry,
  scrapedGauges,
  type ScrapedGauge,
  type ScrapedGaugeName,
} from './metrics.js'
export { ok, upstreamCall, type UpstreamCall } from './upstream-call.js'
