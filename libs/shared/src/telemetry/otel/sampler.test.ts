import { describe, expect, it } from 'vitest'
import { samplerOf } from './sampler.js'

/** One that a share of a tenth keeps, and one that it does not: it reads a number out of the id. */
const kept = '00000000000000000000000000000001'
const passedOver = 'ffffffff000000000000000000000001'

const keeps = (sampler: string, traceId: string, isKeptElsewhere?: boolean): boolean =>
  samplerOf({ url: '', sampler, share: 0.1 })(traceId, isKeptElsewhere)

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

  it.each([
    ['always_on', true],
    ['always_off', false],
  ])('%s asks nobody who began the trace', (name, answer) => {
    expect([keeps(name, passedOver, !answer), keeps(name, kept, !answer)]).toEqual([answer, answer])
  })

  it('traceidratio asks nobody either', () => {
    expect([keeps('traceidratio', passedOver, true), keeps('traceidratio', kept, false)]).toEqual([
      false,
      true,
    ])
  })
})
