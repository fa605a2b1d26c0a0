import { describe, expect, it } from 'vitest'
import type { HttpResult } from '#shared/http'
import { answerOf, waitOf } from './answer.rules.js'

const now = new Date('2026-11-20T10:00:00Z')
const answered = (status: number, headers = {}): HttpResult => ({
  kind: 'answered',
  status,
  headers,
  body: '',
})
const kindOf = (status: number) => answerOf(answered(status), now).kind

describe('an answer', () => {
  it.each([200, 202, 204])('says that it was taken: %i', (status) => expect(kindOf(status)).toBe('delivered'))

  it.each([400, 406, 413, 415, 422])('refuses this event for good: %i', (status) =>
    expect(answerOf(answered(status), now)).toEqual({ kind: 'refused', reason: `webhook-${status}` }),
  )

  it.each([301, 302, 307, 401, 403, 404, 408, 409, 425, 429, 500, 502, 503, 504])(
    'says nothing of this event, and it is tried again: %i',
    (status) =>
      expect(answerOf(answered(status), now)).toEqual({
        ...{ kind: 'failed', reason: `webhook-${status}`, afterMs: 0 },
      }),
  )

  it('says that the endpoint is gone: 410', () => expect(kindOf(410)).toBe('gone'))

  it('is judged by its head, whatever its body was', () => {
    const cut = (status: number, headers = {}): HttpResult => ({
      ...{ kind: 'unanswered', failure: 'unreadable', status, headers },
    })
    expect(answerOf(cut(200), now).kind).toBe('delivered')
    expect(answerOf(cut(500), now).kind).toBe('failed')
    expect(answerOf(cut(429, { 'retry-after': '40' }), now)).toEqual({
      ...{ kind: 'failed', reason: 'webhook-429', afterMs: 40_000 },
    })
  })

  it('may not come at all', () => {
    const lost = (failure: 'timeout' | 'reset'): HttpResult => ({ kind: 'unanswered', failure })
    expect(answerOf(lost('timeout'), now)).toEqual({ kind: 'failed', reason: 'webhook-timeout', afterMs: 0 })
    expect(answerOf({ kind: 'not-sent', failure: 'unreachable' }, now)).toEqual({
      ...{ kind: 'failed', reason: 'webhook-unreachable', afterMs: 0 },
    })
  })

  it('says when to come again', () => {
    expect(answerOf(answered(503, { 'retry-after': '120' }), now)).toEqual({
      ...{ kind: 'failed', reason: 'webhook-503', afterMs: 120_000 },
    })
  })
})

describe('Retry-After', () => {
  it.each([
    ['90', 90_000],
    ['Fri, 20 Nov 2026 10:05:00 GMT', 300_000],
    ['Fri, 20 Nov 2026 09:00:00 GMT', 0],
    ['999999999999', 3_600_000],
    ['Fri, 20 Nov 2099 10:00:00 GMT', 3_600_000],
    ['soon', 0],
    ['-5', 0],
    [undefined, 0],
  ])('%s is %i ms, an hour at most', (header, ms) => expect(waitOf(header, now)).toBe(ms))
})
