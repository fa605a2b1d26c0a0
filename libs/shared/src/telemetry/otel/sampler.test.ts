import { describe, expect, it } from '@jest/globals'
import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
import { SamplingDecision } from '@opentelemetry/sdk-trace-base'
import { samplerOf } from './sampler.js'

/** One that a share of a tenth keeps, and one that it does not: it reads a number out of the id. */
const kept = '00000000000000000000000000000001'
const passedOver = 'ffffffff000000000000000000000001'

function keeps(sampler: string, traceId: string, parentSampled?: boolean): boolean {
  const parent = { traceId, spanId: '00f067aa0ba902b7', traceFlags: parentSampled ? 1 : 0, isRemote: true }
  const around = parentSampled === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent)
  const { decision } = samplerOf({ url: '', sampler, share: 0.1 }).shouldSample(
    around,
    traceId,
    'x',
    SpanKind.INTERNAL,
    {},
    [],
  )
  return decision === SamplingDecision.RECORD_AND_SAMPLED
}

describe('the sampler', () => {
  it.each([
    ['always_on', true, true],
    ['always_off', false, false],
    ['traceidratio', true, false],
    ['parentbased_always_on', true, true],
    ['parentbased_always_off', false, false],
    ['parentbased_traceidratio', true, false],
  ])('%s decides of traces that begin here', (name, first, second) => {
    expect([keeps(name, kept), keeps(name, passedOver)]).toEqual([first, second])
  })

  it.each(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'])(
    '%s leaves it to who began the trace',
    (name) => {
      expect([keeps(name, passedOver, true), keeps(name, kept, false)]).toEqual([true, false])
    },
  )
})
