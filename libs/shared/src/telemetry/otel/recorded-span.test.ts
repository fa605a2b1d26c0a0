import { beforeEach, describe, expect, it } from 'vitest'
import { resourceFromAttributes } from '@opentelemetry/resources'
import type { OpenSpan } from '../tracing.js'
import { kinds, RecordedSpan } from './recorded-span.js'

const ended: RecordedSpan[] = []
const recorder = {
  resource: resourceFromAttributes({ 'service.name': 'test' }),
  instrumentationScope: { name: 'hwpv' },
  begin: (): OpenSpan => root('linked'),
  take: (span: RecordedSpan) => void ended.push(span),
}

const root = (name: string): RecordedSpan =>
  new RecordedSpan(recorder, name, {
    kind: kinds.consumer,
    context: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: '00f067aa0ba902b7', traceFlags: 1 },
    ahead: Date.now() - performance.now(),
  })

describe('a span', () => {
  beforeEach(() => void (ended.length = 0))

  it('says nothing more once it has ended, and ends once', () => {
    const span = root('x')
    span.end()
    span.end()
    span.set({ late: true })
    span.event('late')
    span.fail('late')
    expect(ended).toEqual([span])
    expect([span.attributes, span.events, span.status]).toEqual([{}, [], { code: 0 }])
  })

  it('leaves alone what it was given', () => {
    const attributes = { a: 1 }
    const span = root('x').child('y', { attributes })
    span.set({ b: 2 })
    expect(attributes).toEqual({ a: 1 })
  })

  it('leaves out what is not known', () => {
    const partly = { known: 'yes', unknown: undefined }
    const span = root('x')
    span.child('y', { attributes: partly }).end()
    span.set(partly)
    span.event('seen', partly)
    span.end()
    const said = [...ended, ...span.events].map(({ attributes = {} }) => Object.keys(attributes))
    expect(said).toEqual([['known'], ['known'], ['known']])
  })
})
