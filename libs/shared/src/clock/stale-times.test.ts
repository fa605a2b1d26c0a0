import { describe, expect, it } from 'vitest'
import { isWithin, latestShown, staleTimes, toLondon } from './index.js'

const minuteMs = 60_000
/** The clocks go back in London at this instant, from 02:00 to 01:00. */
const setBack = new Date('2026-10-25T01:00:00Z')
const at = (minutes: number): Date => new Date(setBack.getTime() + minutes * minuteMs)

describe('times not within the last minute', () => {
  it.each([
    ['a minute ago', '2026-11-20 10:29:00.000', false],
    ['longer ago', '2026-11-20 10:28:59.999', true],
    ['by a clock a little ahead', '2026-11-20 10:31:00.000', false],
    ['by a clock that was wrong by minutes', '2026-11-20 10:31:00.001', true],
    ['by one that was wrong by a day', '2026-11-21 10:30:00.000', true],
    ['by one that was wrong by years', '2099-01-01 00:00:00.000', true],
  ])('%s', (_, time, stale) => {
    expect(isWithin(time, staleTimes(new Date('2026-11-20T10:30:00Z'), minuteMs))).toBe(stale)
  })

  it('are all but two minutes, at any minute of the night in which an hour happens twice', () => {
    for (let now = -90; now <= 150; now++) {
      const spans = staleTimes(at(now), minuteMs)
      for (let written = -90; written <= now + 120; written++) {
        const stale = isWithin(toLondon(at(written)), spans)
        if (written >= now - 1 && written <= now + 1)
          expect([now, written, stale]).toEqual([now, written, false])
        // An hour before or after, the same time is on the clock.
        else if (Math.abs(Math.abs(written - now) - 60) > 1)
          expect([now, written, stale]).toEqual([now, written, true])
      }
    }
  })

  it('as the clocks go back, what was heard seconds ago is among neither the old nor the future', () => {
    const spans = staleTimes(new Date('2026-10-25T01:00:05Z'), minuteMs)
    expect(spans).toEqual([
      { before: '2026-10-25 01:00:00.000' },
      { after: '2026-10-25 01:01:05.000', before: '2026-10-25 01:59:05.000' },
      { after: '2026-10-25 01:59:59.999' },
    ])
  })

  it('as the clocks go forward, is one stretch', () => {
    expect(staleTimes(new Date('2026-03-29T01:00:30Z'), minuteMs)).toEqual([
      { before: '2026-03-29 00:59:30.000' },
      { after: '2026-03-29 02:01:30.000' },
    ])
  })
})

it('times not within the last three hours, around the hour that happens twice, are one stretch', () => {
  expect(staleTimes(at(30), 180 * minuteMs)).toEqual([
    { before: '2026-10-24 23:30:00.000' },
    { after: '2026-10-25 01:59:59.999' },
  ])
})

it.each([
  ['by day', new Date('2026-11-20T10:30:00Z'), 60, '2026-11-20 11:30:00.000'],
  ['until just before the clocks go back', at(-60), 59, '2026-10-25 01:59:00.000'],
  ['in a part of both hours', at(-30), 40, '2026-10-25 01:59:59.999'],
  ['until just after', at(-60), 61, '2026-10-25 01:59:59.999'],
  ['until long after', at(-60), 150, '2026-10-25 02:30:00.000'],
  ['from when they have gone back', at(0), 30, '2026-10-25 01:30:00.000'],
  ['over the hour that is left out', new Date('2026-03-29T00:30:00Z'), 60, '2026-03-29 02:30:00.000'],
])('the latest time that is shown %s', (_, now, minutes, latest) => {
  expect(latestShown(now, minutes * minuteMs)).toBe(latest)
})
