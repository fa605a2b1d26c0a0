import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-base'
import type { TraceSettings } from '../trace.settings.js'

/** The sampler that `OTEL_TRACES_SAMPLER` names. */
export function samplerOf({ sampler, share }: TraceSettings): Sampler {
  const root = rootSampler(sampler.replace('parentbased_', ''), share)
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}

function rootSampler(name: string, share: number): Sampler {
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(share)
  return name === 'always_off' ? new AlwaysOffSampler() : new AlwaysOnSampler()
}
