import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-base'
import type { TraceSettings } from '../trace.settings.js'

/** Whether a trace is kept. Of one that goes on from elsewhere, also whether it is kept there. */
export type KeepsTrace = (traceId: string, isKeptElsewhere: boolean | undefined) => boolean

/** The sampler that `OTEL_TRACES_SAMPLER` names; without the SDK's contexts, of which each span would make one. */
export function samplerOf({ sampler, share }: TraceSettings): KeepsTrace {
  const root = rootSampler(sampler.replace('parentbased_', ''), share)
  const keeps = (traceId: string) =>
    root.shouldSample(ROOT_CONTEXT, traceId, '', SpanKind.INTERNAL, {}, []).decision ===
    SamplingDecision.RECORD_AND_SAMPLED
  return sampler.startsWith('parentbased_')
    ? (traceId, isKeptElsewhere) => isKeptElsewhere ?? keeps(traceId)
    : keeps
}

function rootSampler(name: string, share: number): Sampler {
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(share)
  return name === 'always_off' ? new AlwaysOffSampler() : new AlwaysOnSampler()
}
