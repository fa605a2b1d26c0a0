import type { Environment } from '../config/index.js'
import type { Log } from '../logging/index.js'
import { traceSettings } from './trace.settings.js'
import type { Tracing } from './tracing.js'

/**
 * Traces, where the environment names a collector. Where it does not, not even OpenTelemetry's modules are loaded.
 * @throws SettingsError where the environment names one that cannot be
 */
export async function startTracing(service: string, env: Environment, log: Log): Promise<Tracing | null> {
  const settings = traceSettings(env)
  if (!settings) return null
  const { OtelTracing } = await import('./otel/otel-tracing.js')
  return new OtelTracing(service, settings, log)
}
