import { describe, expect, it } from 'vitest'
import { headers } from '@nats-io/nats-core'
import { backoffDelay } from './handlers/backoff.js'
import { classifyError, PermanentFailure, TemporaryFailure } from './handlers/classify-error.js'
import { identify, jobRunIn, nanosecondsOf } from './dead-letters/message-identity.js'
import { reject, retry } from './handlers/outcome.js'
import { policies } from './handlers/known-handlers.js'

describe('back-off', () => {
  const backoff = { baseMs: 1_000, capMs: 60_000 }

  it('doubles its limit up to the cap', () => {
    const limits = [1, 2, 3, 6, 7, 50].map((attempt) => backoffDelay(attempt, backoff, () => 1))
    expect(limits).toEqual([1_000, 2_000, 4_000, 32_000, 60_000, 60_000])
  })

  it('waits anywhere from half the limit up to it', () => {
    expect(backoffDelay(3, backoff, () => 0.5)).toBe(3_000)
    expect(backoffDelay(3, backoff, () => 0)).toBe(2_000)
  })
})

describe('errors', () => {
  it.each([
    [new PermanentFailure('hopeless'), reject('hopeless')],
    [new TemporaryFailure('later'), retry('later')],
    [new TypeError('a row of Jane'), retry('TypeError')],
    [Object.assign(new Error('a row of Jane'), { code: 'SQLITE_BUSY' }), retry('Error-SQLITE_BUSY')],
    [Object.assign(new Error('x'), { name: 'Jane Doe said' }), retry('unexpected-error')],
    ['Jane', retry('unexpected-error')],
  ])('%p', (error, outcome) => {
    expect(classifyError(error)).toEqual(outcome)
  })
})

describe('the identity of a message', () => {
  const place = {
    stream: 'CLAIMS',
    sequence: 7,
    storedAt: '1795255200123456789',
    subject: 'claims.submitted',
  }
  const task = { schema: 'ExtSchema', taskId: 5, run: 2, key: '0123456789abcdef' } as const
  const named = headers()
  named.set('Nats-Msg-Id', 'theirs')

  it('is the run of its Task row, else the name its publisher gave it, else its place', () => {
    expect(identify(place, named, task)).toBe('ExtSchema.Task.5.2.0123456789abcdef')
    expect(identify(place, named, undefined)).toBe('theirs')
    expect(identify(place, undefined, undefined)).toBe('CLAIMS.7.1795255200123456789')
  })

  it('is never that of a Task row’s run where the body names none: that message is still to come', () => {
    const given = headers()
    const run = 'ExtSchema.Task.5.2.0123456789abcdef'
    given.set('ce-id', run)
    const identity = identify(place, given, null)
    expect(identity).toMatch(/^sha256\.[0-9a-f]{32}\.extschema\.task\.5\.2\.0123456789abcdef$/)
    // As a dead letter that is retried carries it.
    given.set('ce-id', identity)
    expect(identify(place, given, null)).toBe(identity)
    // Nobody knows whose it is: it may be the run's own, spoilt on the way.
    given.set('ce-id', run)
    expect(identify(place, given, undefined)).toBe(run)
    given.set('ce-id', `${run}>claims.approval-due`)
    expect(identify(place, given, null)).toBe(`${run}>claims.approval-due`)
  })

  it('is that of a job’s day on the message of that day alone', () => {
    const given = headers()
    const day = 'schedule.daily.2026-11-30'
    given.set('ce-id', day)
    const daily = { ...place, subject: 'schedule.daily' }
    expect(identify(daily, given, { slot: '2026-11-30' })).toBe(day)
    const told = [
      identify(daily, given, { slot: '2026-11-29' }),
      identify({ ...daily, subject: 'schedule.payment-run' }, given, { slot: '2026-11-30' }),
      identify(daily, given, null),
      identify(daily, given, undefined),
    ]
    for (const id of told) expect(id).toMatch(/^sha256\.[0-9a-f]{32}\.schedule\.daily\.2026-11-30$/)
    given.set('ce-id', told[0] ?? '')
    expect(identify(daily, given, { slot: '2026-11-29' })).toBe(told[0])
  })

  it('is that of a job’s time on the message of that time alone', () => {
    const given = headers()
    const time = 'schedule.daily.1795255200'
    given.set('ce-id', time)
    const daily = { ...place, subject: 'schedule.daily' }
    expect(identify(daily, given, jobRunIn({ due: '2026-11-21T10:00:00.000Z' }))).toBe(time)
    for (const other of [jobRunIn({ due: '2026-11-21T10:00:15.000Z' }), jobRunIn({ due: 'soon' }), undefined])
      expect(identify(daily, given, other)).toMatch(/^sha256\.[0-9a-f]{32}\.schedule\.daily\.1795255200$/)
  })

  it.each([
    ['200 characters', 'x'.repeat(200), /^x{200}$/],
    ['more', 'x'.repeat(201), /^sha256\.[0-9a-f]{64}$/],
    ['with capitals', 'Xa1', /^sha256\.[0-9a-f]{32}\.xa1$/],
    ['with a space', 'my id', /^sha256\.[0-9a-f]{64}$/],
    ['with a control character', 'my\u0000id', /^sha256\.[0-9a-f]{64}$/],
    ['in other letters', 'идентификатор', /^sha256\.[0-9a-f]{64}$/],
  ])('fits into a key: %s', (_, id, expected) => {
    const given = headers()
    given.set('ce-id', id)
    const identity = identify(place, given, undefined)
    expect(identity).toMatch(expected)
    expect(identify({ ...place, sequence: 8 }, given, undefined)).toBe(identity)
  })
})

describe('the delivery policies', () => {
  it.each(Object.entries(policies))('%s tries more than once, in bounds', (_, policy) => {
    expect(policy.attempts).toBeGreaterThan(1)
    expect(policy.backoff.baseMs).toBeLessThanOrEqual(policy.backoff.capMs)
    expect(policy.concurrency).toBeGreaterThan(0)
  })

  it.each(Object.entries(policies))(
    '%s outlasts three minutes of failing, whatever the jitter',
    (_, policy) => {
      const shortest = Array.from({ length: policy.attempts - 1 }, (_, i) =>
        backoffDelay(i + 1, policy.backoff, () => 0),
      )
      expect(shortest.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(180_000)
    },
  )
})

describe('the time of a place', () => {
  it.each([
    ['2026-11-21T10:00:00.123456789Z', '1795255200123456789'],
    ['2026-11-21T10:00:00.12Z', '1795255200120000000'],
    ['2026-11-21T10:00:00Z', '1795255200000000000'],
  ])('%s is the same as in the address of a delivery', (written, nanoseconds) => {
    expect(nanosecondsOf(written)).toBe(nanoseconds)
  })
})
