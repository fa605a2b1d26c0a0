import { describe, expect, it } from 'vitest'
import { refused, reject, retry, unavailable, upstreamFailed } from '#shared/messaging'
import { toLondon } from '#shared/clock'
import { longestTextLimitMs, outcomeOfFailure, textLimitUntil } from './notify-failure.rules.js'
import { asNotifyError, NotifyError, type NotifyFailure } from './notify.error.js'

const settleMs = 30_000
const evening = new Date('2024-03-13T23:59:00Z')
const outcomeOf = (kind: NotifyFailure, reason: string, isUnanswered = false) =>
  outcomeOfFailure(new NotifyError(kind, reason, isUnanswered), evening, settleMs)

describe('a failure of Notify', () => {
  it('is the end of an email that it will never take', () => {
    expect(outcomeOf('permanent', 'notify-400')).toEqual(reject('notify-400'))
  })

  it('holds up all emails for some seconds of a minute’s limit, and until midnight UTC for a day’s', () => {
    expect(outcomeOf('rate-limited', 'notify-429')).toEqual(unavailable('notify-429', { forMs: 10_000 }))
    expect(outcomeOf('daily-limit', 'notify-429-daily')).toEqual(
      unavailable('notify-429-daily', { forMs: 65_000 }),
    )
  })

  it('holds up all emails where it refuses this service’s key or clock', () => {
    expect(outcomeOf('refused', 'notify-403')).toEqual(refused('notify-403'))
  })

  it('says nothing of Notify where this process stood still', () => {
    expect(outcomeOf('too-late', 'too-late-to-send')).toEqual(retry('too-late-to-send'))
  })

  it('leaves Notify time to end what it may be at', () => {
    expect(outcomeOf('temporary', 'notify-timeout', true)).toEqual(upstreamFailed('notify-timeout', settleMs))
    expect(outcomeOf('unavailable', 'notify-502', true)).toEqual(
      unavailable('notify-502', { afterMs: settleMs }),
    )
  })

  it('need not wait where Notify has taken nothing, for certain', () => {
    expect(outcomeOf('unavailable', 'notify-unreachable')).toEqual(
      unavailable('notify-unreachable', { afterMs: 0 }),
    )
    expect(outcomeOf('temporary', 'notify-404')).toEqual(upstreamFailed('notify-404'))
  })
})

describe('the limit of a day', () => {
  it.each([
    ['in winter at midnight', '2026-01-13T12:00:00Z', '2026-01-14 00:00:05.000'],
    ['in summer at one o’clock', '2026-07-14T12:00:00Z', '2026-07-15 01:00:05.000'],
    ['in a summer night within the hour', '2026-07-14T23:30:00Z', '2026-07-15 01:00:05.000'],
    ['in the night in which clocks go forward', '2026-03-28T23:30:00Z', '2026-03-29 00:00:05.000'],
    ['in the night in which they go back', '2026-10-24T23:30:00Z', '2026-10-25 01:00:05.000'],
    ['at its very beginning a whole day later', '2026-01-13T00:00:00Z', '2026-01-14 00:00:05.000'],
  ])('ends %s', (_, now, until) => {
    expect(toLondon(textLimitUntil(new Date(now)))).toBe(until)
    const heldMs = textLimitUntil(new Date(now)).getTime() - new Date(now).getTime()
    expect(heldMs).toBeLessThanOrEqual(longestTextLimitMs)
  })
})

describe('whether Notify may have taken an email', () => {
  const answered = (status: number, body = '') =>
    asNotifyError({ kind: 'answered', status, headers: {}, body }).isUnanswered

  it.each([400, 401, 403, 404, 405, 413, 422, 429])('is not asked of the status %d', (status) => {
    expect(answered(status)).toBe(false)
  })

  it.each([200, 201, 204, 302, 307, 408, 409, 425, 451, 499, 500, 501, 502, 503, 504, 520, 524])(
    'is unknown of the status %d without what an answer has',
    (status) => {
      expect(answered(status)).toBe(true)
    },
  )

  it.each(['timeout', 'reset', 'unreadable'] as const)('is unknown after %s', (failure) => {
    expect(asNotifyError({ kind: 'unanswered', failure }).isUnanswered).toBe(true)
    expect(asNotifyError({ kind: 'unanswered', failure, status: 201 }).isUnanswered).toBe(true)
  })

  it.each(['unreachable', 'handshake-failed', 'too-late', 'client-failed'] as const)(
    'is certain where nothing was written: %s',
    (failure) => {
      expect(asNotifyError({ kind: 'not-sent', failure }).isUnanswered).toBe(false)
    },
  )
})
