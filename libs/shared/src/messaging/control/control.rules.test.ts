import { describe, expect, it } from '@jest/globals'
import { take, type Taken } from './rate-limit.rules.js'
import { out, probing, stillOut, undecided } from './upstream.rules.js'

describe('an upstream that is out', () => {
  const failure = { reason: 'notify-503' }

  it('is tried again soon, then more and more rarely, and never less often than every ten seconds', () => {
    let state = out(failure, 0)
    const pauses = [state.until]
    for (let probe = 0; probe < 9; probe++) {
      const now = state.until
      state = stillOut(state, failure, now)
      pauses.push(state.until - now)
    }
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000])
  })

  it('is left alone for as long as it says', () => {
    expect(out({ ...failure, forMs: 60_000 }, 1_000).until).toBe(61_000)
    expect(out({ ...failure, forMs: 10 * 24 * 3_600_000 }, 0).until).toBe(25 * 3_600_000)
    expect(out({ ...failure, forMs: -5 }, 0).until).toBe(250)
  })

  it('is tried by one at a time, and by another one if that tells nothing', () => {
    const state = out(failure, 0)
    expect(probing(state, 250)).toEqual({ ...state, until: 20_250 })
    expect(undecided(probing(state, 250), 400)).toEqual({ ...state, until: 650 })
  })

  it('keeps since when, and says why last', () => {
    expect(stillOut(out(failure, 5), { reason: 'notify-429', forMs: 9_000 }, 300)).toEqual({
      since: 5,
      until: 9_300,
      reason: 'notify-429',
      probes: 1,
    })
  })
})

describe('a rate limit', () => {
  const limit = { max: 100, everyMs: 60_000 }

  it('lets through what it has, and says when there is more', () => {
    const first = take({}, 60, limit, 1_000_000)
    expect(first).toMatchObject({ granted: 60, waitMs: 0 })
    const second = take(first.taken, 60, limit, 1_010_000)
    expect(second).toMatchObject({ granted: 40, waitMs: 0 })
    const third = take(second.taken, 60, limit, 1_020_000)
    expect(third).toMatchObject({ granted: 0, taken: second.taken })
    expect(take(second.taken, 60, limit, 1_020_000 + third.waitMs).granted).toBeGreaterThan(0)
  })

  it('counts what somebody with a faster clock has taken', () => {
    const ahead = take({}, 100, limit, 1_300_000)
    expect(take(ahead.taken, 1, limit, 1_000_000).granted).toBe(0)
  })

  it('is never exceeded in any stretch of its period', () => {
    let state = 1
    const random = () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
    const granted: { at: number; count: number }[] = []
    let taken: Taken = {}
    for (let now = 0; now < 600_000; now += Math.ceil(random() * 3_000)) {
      const share = take(taken, Math.ceil(random() * 40), limit, now)
      taken = share.taken
      granted.push({ at: now, count: share.granted })
    }
    const inPeriodFrom = (from: number) =>
      granted
        .filter(({ at }) => at >= from && at < from + limit.everyMs)
        .reduce((sum, { count }) => sum + count, 0)
    const most = Math.max(...granted.map(({ at }) => inPeriodFrom(at)))
    expect(most).toBeLessThanOrEqual(limit.max)
    expect(most).toBeGreaterThan(limit.max * 0.7)
  })
})
