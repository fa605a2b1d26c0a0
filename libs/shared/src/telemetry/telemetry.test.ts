import { describe, expect, it } from 'vitest'
import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import { conventional, own } from './attributes.js'
import { failureCode } from './current-span.js'
import { traceSettings } from './trace.settings.js'
import { childTraceparent, readTraceparent, traceIdOf } from './traceparent.js'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parent = `00-${traceId}-b7ad6b7169203331-01`

describe('a traceparent', () => {
  it('goes on with a span of its own, and begins where there was none', () => {
    const child = childTraceparent(parent)
    expect(traceIdOf(child)).toBe(traceId)
    expect(child).not.toBe(parent)
    expect(childTraceparent(undefined)).not.toBe(childTraceparent(undefined))
    expect(readTraceparent(childTraceparent(undefined))?.sampled).toBe(true)
  })

  it('says whether the trace is kept, and goes on saying so', () => {
    expect(readTraceparent(parent)).toEqual({ traceId, spanId: 'b7ad6b7169203331', sampled: true })
    expect(readTraceparent(childTraceparent(parent.replace(/01$/, '00')))?.sampled).toBe(false)
  })

  it.each([
    ...['', 'nonsense', '00-zz', `${parent}-more`, parent.toUpperCase(), parent.replace('00-', 'ff-')],
    ...[`00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `00-${traceId}-${'0'.repeat(16)}-01`],
  ])('is not what reads %p: a new trace begins', (text) => {
    expect(readTraceparent(text)).toBeUndefined()
    expect(childTraceparent(text)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(traceIdOf(childTraceparent(text))).not.toBe(traceIdOf(childTraceparent(text)))
  })
})

describe('the settings of traces', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example:4318/' }

  it.each([
    [{}],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'True' }],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }],
  ])('are off with %p', (env: Record<string, string>) => {
    expect(traceSettings(env)).toBeUndefined()
  })

  it.each([
    [endpoint, 'http://collector.example:4318/v1/traces'],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'false' }, 'http://collector.example:4318/v1/traces'],
    [
      { ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/in' },
      'https://traces.example/in',
    ],
  ])('with %p send to %s', (env: Record<string, string>, url) => {
    expect(traceSettings(env)).toEqual({ url, sampler: 'parentbased_always_on', share: 1 })
  })

  it('keep the traces that they say', () => {
    const env = {
      ...endpoint,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    }
    expect(traceSettings(env)).toMatchObject({ sampler: 'parentbased_traceidratio', share: 0.1 })
  })

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
    ['OTEL_TRACES_SAMPLER', { ...endpoint, OTEL_TRACES_SAMPLER: 'jaeger_remote' }],
    ['OTEL_TRACES_SAMPLER_ARG', { ...endpoint, OTEL_TRACES_SAMPLER_ARG: '10' }],
    ['OTEL_TRACES_EXPORTER', { ...endpoint, OTEL_TRACES_EXPORTER: 'zipkin' }],
  ])('name %s where it cannot be', (name, env: Record<string, string>) => {
    expect(() => traceSettings(env)).toThrow(`settings: ${name} is malformed`)
  })
})

describe('the names of attributes', () => {
  it('are those of the semantic conventions', () => {
    const known = new Set<unknown>(Object.values(conventions))
    expect(Object.values(conventional).filter((name) => !known.has(name))).toEqual([])
  })

  it('are in a corner of their own where the conventions have none', () => {
    expect(Object.values(own).filter((name) => !name.startsWith('hwpv.'))).toEqual([])
  })
})

describe('the code of a failure', () => {
  it.each([
    [Object.assign(new Error('about Ann'), { reason: 'notify-500' }), 'notify-500'],
    [Object.assign(new Error('about Ann'), { code: 'ECONNREFUSED' }), 'Error-ECONNREFUSED'],
    [new TypeError('about Ann'), 'TypeError'],
    [Object.assign(new Error('x'), { reason: 'Ann Example, 1 High Street' }), 'unexpected-error'],
    ['Ann', 'string'],
    [undefined, 'undefined'],
  ])('never quotes its message: %p', (error, code) => {
    expect(failureCode(error)).toBe(code)
  })
})
