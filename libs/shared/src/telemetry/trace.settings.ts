import { z } from 'zod'
import { readSettings, type Environment } from '../config/index.js'

const address = z.url({ protocol: /^https?$/ }).optional()
const schema = z.object({
  OTEL_SDK_DISABLED: z.string().optional(),
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
  return { url: exact ?? `${base.replace(/\/+$/, '')}/v1/traces` }
}
