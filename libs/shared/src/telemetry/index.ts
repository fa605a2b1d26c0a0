export { LabelValues, otherValue } from './label-values.js'
export { metrics, registry } from './metrics.js'
export { ok, upstreamCall, type UpstreamCall } from './upstream-call.js'
