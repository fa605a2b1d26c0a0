import { z } from 'zod'
import {
  optionalText,
  readSettings,
  setting,
  type Environment,
  type SettingFacts,
  type SettingsGroup,
} from '../config/index.js'

const address = (words: string) =>
  setting(z.url({ protocol: /^https?$/ }).optional(), { words, form: 'an http(s) URL' })
const samplers = ['always_on', 'always_off', 'traceidratio'] as const
const allSamplers = [...samplers, ...samplers.map((name) => `parentbased_${name}` as const)] as const
// What is sent is JSON; a collector takes either at the same port, and neither where it speaks gRPC.
const protocol = (words: string) =>
  setting(z.enum(['http/json', 'http/protobuf']).optional(), {
    words,
    otherwise: '`http/json`',
    form: 'http/json or http/protobuf',
  })

const schema = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: address(
    'a collector that takes OTLP over HTTP (usually port 4318); gets `/v1/traces` appended',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address('instead of it, used as it is'),
  OTEL_SDK_DISABLED: optionalText({ words: '`true`: off, whatever else is set', otherwise: '`false`' }),
  OTEL_TRACES_EXPORTER: setting(z.enum(['otlp', 'none']).default('otlp'), {
    words: '`none`: off, whatever else is set',
    form: 'otlp or none',
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol(
    'what is sent is JSON; `http/protobuf` is taken to mean the same port; `grpc` is refused',
  ),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol('likewise'),
  OTEL_TRACES_SAMPLER: setting(z.enum(allSamplers).default('parentbased_always_on'), {
    words: '`parentbased_traceidratio` with `0.1` below keeps one trace in ten, whole',
    form: `one of ${allSamplers.join(', ')}`,
  }),
  OTEL_TRACES_SAMPLER_ARG: setting(z.coerce.number().min(0).max(1).default(1), {
    form: 'a number from 0 to 1',
  }),
})

/** A variable that OpenTelemetry's SDK reads by itself. */
const ofTheSdk = (facts: SettingFacts = {}) =>
  optionalText({ words: 'as OpenTelemetry describes it', ...facts })
const exporter = (part: '' | 'TRACES_') => ({
  [`OTEL_EXPORTER_OTLP_${part}HEADERS`]: ofTheSdk({ place: 'secrets' }),
  [`OTEL_EXPORTER_OTLP_${part}TIMEOUT`]: ofTheSdk({ otherwise: '10000' }),
  [`OTEL_EXPORTER_OTLP_${part}COMPRESSION`]: ofTheSdk(),
  [`OTEL_EXPORTER_OTLP_${part}CERTIFICATE`]: ofTheSdk({ place: 'files' }),
  [`OTEL_EXPORTER_OTLP_${part}CLIENT_KEY`]: ofTheSdk({ place: 'files' }),
  [`OTEL_EXPORTER_OTLP_${part}CLIENT_CERTIFICATE`]: ofTheSdk({ place: 'files' }),
})
const sdkSchema = z.object({
  OTEL_SERVICE_NAME: ofTheSdk({ words: '', otherwise: 'the service’s name' }),
  OTEL_RESOURCE_ATTRIBUTES: ofTheSdk({ words: 'e.g. `deployment.environment.name=production`' }),
  ...exporter(''),
  ...exporter('TRACES_'),
  OTEL_BSP_MAX_QUEUE_SIZE: ofTheSdk({
    words: 'spans that wait to be sent; what the queue cannot hold is lost',
    otherwise: '2048',
  }),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: ofTheSdk({ words: 'spans', otherwise: '512' }),
  OTEL_BSP_SCHEDULE_DELAY: ofTheSdk({ words: 'milliseconds', otherwise: '5000' }),
  OTEL_BSP_EXPORT_TIMEOUT: ofTheSdk({ words: 'milliseconds', otherwise: '30000' }),
})

const isOn = ({
  OTEL_SDK_DISABLED: disabled,
  OTEL_EXPORTER_OTLP_ENDPOINT: base,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: exact,
}: Environment): boolean =>
  Boolean(exact?.trim() || base?.trim()) && disabled?.trim().toLowerCase() !== 'true'

export const traceSettingsGroups: readonly SettingsGroup[] = [{ schema, when: isOn }, { schema: sdkSchema }]

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
  if (!isOn(env)) return undefined
  const settings = readSettings(schema, env)
  if (settings.OTEL_TRACES_EXPORTER === 'none') return undefined
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: exact, OTEL_EXPORTER_OTLP_ENDPOINT: base = '' } = settings
  const { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: share } = settings
  return { sampler, share, url: exact ?? `${base.replace(/\/+$/, '')}/v1/traces` }
}
