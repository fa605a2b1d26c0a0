import { z } from 'zod'
import { readSettings, type Environment } from '../config/index.js'

const address = z.url({ protocol: /^https?$/ }).optional()
const samplers = ['always_on', 'always_off', 'traceidratio'] as const
const schema = z.object({
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_SAMPLER: z
    .enum([...samplers, ...samplers.map((name) => `parentbased_${name}` as const)])
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none']).default('otlp'),
  OTEL_EXPORTER_OTLP_ENDPOINT: address,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address,
  // What is sent is JSON; a collector takes either at the same port, and neither where it speaks gRPC.
  OTEL_EXPORTER_OTLP_PROTOCOL: z.enum(['http/json', 'http/protobuf']).optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z.enum(['http/json', 'http/protobuf']).optional(),
})

export interface TraceSettings {
  /** Where a collector takes traces. */
  readonly url: string
  /** As OpenTelemetry names it: which traces are kept. */
  readonly sampler: string
  /** Of all traces, the share that `traceidratio` keeps. */
  readonly share: number
}

/**
 * OpenTelemetry's own variables; those that are not named here its SDK reads itself, from the process's environment.
 * @returns undefined where traces are off
 * @throws SettingsError where they are on and a setting is malformed
 */
export function traceSettings(env: Environment): TraceSettings | undefined {
  const anyEndpoint =
    env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim() || env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim()
  if (!anyEndpoint || env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return undefined
  const settings = readSettings(schema, env)
  if (settings.OTEL_TRACES_EXPORTER === 'none') return undefined
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: exact, OTEL_EXPORTER_OTLP_ENDPOINT: base = '' } = settings
  const { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: share } = settings
  return { sampler, share, url: exact ?? `${base.replace(/\/+$/, '')}/v1/traces` }
}
