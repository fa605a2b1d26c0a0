import { describe, expect, it } from '@jest/globals'
import { reject, unavailable, upstreamFailed } from '#shared/messaging'
import { outcomeOfFailure } from './notify-failure.rules.js'
import { NotifyError, type NotifyFailure } from './notify.error.js'

const settleMs = 30_000
const evening = new Date('2024-03-13T23:59:00Z')
const outcomeOf = (kind: NotifyFailure, reason: string) =>
  outcomeOfFailure(new NotifyError(kind, reason), evening, settleMs)

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

  it.each(['notify-timeout', 'notify-reset'])('leaves Notify time to end what it may be at: %s', (reason) => {
    expect(outcomeOf('temporary', reason)).toEqual(upstreamFailed(reason, settleMs))
  })

  it.each(['notify-502', 'notify-504'])('leaves it time behind its gateway too: %s', (reason) => {
    expect(outcomeOf('unavailable', reason)).toEqual(unavailable(reason, { afterMs: settleMs }))
  })

  it('need not wait where Notify has answered, or nobody was there', () => {
    for (const reason of ['notify-503', 'notify-unreachable'])
      expect(outcomeOf('unavailable', reason)).toEqual(unavailable(reason, { afterMs: 0 }))
    for (const reason of ['notify-500', 'notify-unreadable'])
      expect(outcomeOf('temporary', reason)).toEqual(upstreamFailed(reason))
  })
})
