import { describe, expect, it } from 'vitest'
import { readPause } from './pause.rules.js'
import { take, type Taken } from './rate-limit.rules.js'
import { untilTurn } from './shared-turn.rules.js'
import { failedAgain, isOwnFault } from './troubled-messages.rules.js'
import { leaveFirstMs, out, probing, readOut, stillOut, tryNow, undecided, waitMs } from './upstream.rules.js'

const hour = 3_600_000

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
    expect(probing(state, 250)).toEqual({ ...state, at: 250, until: 20_250 })
    expect(undecided(probing(state, 250), 400)).toEqual({ ...state, at: 400, until: 650 })
  })

  it('keeps since when, and says why last', () => {
    expect(stillOut(out(failure, 5), { reason: 'notify-429', forMs: 9_000 }, 300)).toEqual({
      since: 5,
      at: 300,
      until: 9_300,
      reason: 'notify-429',
      probes: 1,
    })
  })
})

describe('what the bucket says of an upstream', () => {
  const now = 1_700_000_000_000
  const reason = 'notify-503'
  const written = (clockAheadMs: number, forMs?: number) =>
    readOut(out({ reason, ...(forMs === undefined ? {} : { forMs }) }, now + clockAheadMs), now)

  it.each([
    ['just now', written(0), 250, 250],
    ['by a clock a little ahead', written(30_000), 250, 250],
    ['by a clock a little behind', written(-30_000), 0, 250],
    ['by a clock an hour ahead', written(hour), 10_000, 10_000],
    ['by a clock a day ahead', written(24 * hour), 10_000, 10_000],
    ['by a clock a day ahead, with a wish', written(24 * hour, 20 * hour), 10_000, 10_000],
    ['a year ago', written(-365 * 24 * hour, 20 * hour), 0, 0],
    ['with a wish, an hour ago', written(-hour, 20 * hour), 19 * hour, 19 * hour],
    ['with the longest wish', written(0, 999 * hour), 25 * hour, 25 * hour],
    ['by a probe', readOut(probing(written(0), now), now), 20_000, 20_000],
    ['by a probe, a day ahead', readOut(probing(written(0), now + 24 * hour), now), 10_000, 10_000],
    ['by an operator', readOut(tryNow(written(0, hour), now), now), 0, 0],
    [
      'by an older release',
      readOut({ since: now, until: now + hour, reason, probes: 1 }, now),
      10_000,
      10_000,
    ],
    ['by nobody who knows', readOut({ until: 'soon', since: {}, at: null, probes: 1e99 }, now), 0, 0],
    ['without end', readOut({ at: now, until: Infinity }, now), 0, 0],
    ['as a text', readOut('garbage', now), 0, 0],
    ['as nothing', readOut(null, now), 0, 0],
  ])('holds nobody up for longer than was meant: %s', (_, state, stored, live) => {
    expect([waitMs(state, now, false), waitMs(state, now, true)]).toEqual([stored, live])
    expect(state.since).toBeLessThanOrEqual(now)
    expect(() => new Date(state.since).toISOString()).not.toThrow()
    expect(stillOut(state, { reason }, now).until).toBeLessThanOrEqual(now + 10_000)
  })

  it('leaves those the first go who have something new to try, or have not tried for longest', () => {
    const turns = [undefined, 9, 3, 1, 0].map(leaveFirstMs)
    expect(turns).toEqual([...turns].sort((one, other) => one - other))
    expect(turns[0]).toBeGreaterThan(0)
    expect(turns.at(-1)).toBeLessThan(1_000)
  })
})

describe('a message that its upstream fails', () => {
  /** Fails at some moments; others got through who had begun at other moments. */
  function fails(at: readonly number[], others: readonly number[], ambiguous: boolean): boolean {
    let trouble = undefined as ReturnType<typeof failedAgain> | undefined
    const workedBy = (now: number) => {
      const before = others.filter((moment) => moment < now)
      return before.length ? Math.max(...before) : undefined
    }
    for (const now of at) trouble = failedAgain(trouble, workedBy(now), now)
    const last = at.at(-1) ?? 0
    return trouble !== undefined && isOwnFault(trouble, ambiguous, workedBy(last), last)
  }

  it.each([
    ['fails for the first time', [1], [0], true, false],
    ['fails while nobody gets through', [1, 2, 3, 4], [], true, false],
    ['fails again after others got through', [1, 3], [2], true, true],
    ['fails after those had begun before it failed', [3, 4], [2], true, false],
    ['goes on failing', [1, 3, 4, 5], [2], true, true],
    ['fails long after anybody got through', [1, 3, 4 + hour], [2], true, false],
    ['fails as if all were out, once', [1, 3], [2], false, false],
    [
      'fails as if all were out, though others get through each time',
      [1, 3, 5, 7, 9, 11],
      [2, 4, 6, 8, 10],
      false,
      true,
    ],
    ['fails as if all were out, and nobody else gets through', [1, 3, 5, 7, 9, 11], [2], false, false],
  ])('is to blame, or not: it %s', (_, at, others, ambiguous, blamed) => {
    expect(fails(at, others, ambiguous)).toBe(blamed)
  })
})

describe('a turn that replicas share', () => {
  const [every, now] = [60_000, 1_700_000_000_000]
  it.each([
    ['just now', { at: now }, every],
    ['half a turn ago', { at: now - 30_000 }, 30_000],
    ['a turn ago', { at: now - every }, 0],
    ['by a clock a little ahead', { at: now + 20_000 }, every],
    ['by a clock an hour ahead', { at: now + hour }, 0],
    ['by a clock a day ahead', { at: now + 24 * hour }, 0],
    ['and given back', { at: 0 }, 0],
    ['at no time', { at: 'now' }, 0],
    ['for ever', { at: Infinity }, 0],
    ['as a text', 'garbage', 0],
    ['as nothing', null, 0],
    ['never', undefined, 0],
  ])('is due in time: taken %s', (_, stored, left) => {
    expect(untilTurn(stored, every, now)).toBe(left)
  })
})

describe('a pause', () => {
  const now = new Date('2026-11-20T10:00:00.000Z')
  it.each([
    ['of yesterday', { since: '2026-11-19T10:00:00.000Z', reason: 'why' }, '2026-11-19T10:00:00.000Z', 'why'],
    ['of tomorrow', { since: '2026-11-21T10:00:00.000Z', reason: 'why' }, now.toISOString(), 'why'],
    ['without a date', { since: 'soon', reason: 7 }, now.toISOString(), 'unknown'],
    ['as nothing', null, now.toISOString(), 'unknown'],
  ])('is one, whatever the bucket says: %s', (_, stored, since, reason) => {
    expect(readPause(stored, now)).toEqual({ since, reason })
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
    const ahead = take({}, 100, limit, 1_050_000)
    const { granted, waitMs: ms } = take(ahead.taken, 1, limit, 1_000_000)
    expect(granted).toBe(0)
    expect(ms).toBeLessThanOrEqual(2 * limit.everyMs)
  })

  it.each([
    ['an hour ahead', take({}, 100, limit, 1_000_000 + hour).taken],
    ['a day ahead', take({}, 100, limit, 1_000_000 + 24 * hour).taken],
    ['long ago', take({}, 100, limit, 1_000_000 - hour).taken],
    ['at no time', { soon: 100, '-0.5': 100, Infinity: 100 }],
    ['no number of times', { '166': 'many', '165': null, '164': Number.NaN, '163': -5, '162': 0.5 }],
    ['a list', [100, 100]],
    ['a text', 'garbage'],
    ['a number', 7],
    ['null', null],
    ['nothing', undefined],
  ])('holds nobody up for what was taken %s', (_, stored) => {
    expect(take(stored, 200, limit, 1_000_000)).toMatchObject({ granted: 100, taken: { '166': 100 } })
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
