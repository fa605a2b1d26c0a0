import { describe, expect, it } from 'vitest'
import { fromLondon } from '../../clock/index.js'
import type { HandlerStatus } from '../status/server-status.js'
import type { Entry, EntryOf } from './journey.rules.js'
import { waitsFor } from './waits-for.rules.js'

const at = '2026-11-21 10:00:00.000'
const message: EntryOf<'message'> = {
  ...{ what: 'message', at, id: 'IntSchema.Task.3.1', subject: 'notifications.claim-accepted', run: 1 },
  ...{ state: 'PUBLISHED', retries: 0, lastReason: null, published: at, ended: null },
  notBefore: null,
}
const handlers = [
  { name: 'send-email', subjects: ['notifications.claim-accepted'] },
  { name: 'other', subjects: ['claims.submitted'] },
]
const status: HandlerStatus = {
  ...{ name: 'send-email', stream: 'NOTIFICATIONS', present: true, lag: 0, inFlight: 1, retried: 0 },
  ...{ fetching: 1, delivered: 7, lastAnswered: null, oldestMs: 0 },
  ...{ paused: null, upstreamOut: null, starved: null },
}
const since = fromLondon('2026-11-21 09:00:00')
const words = (entries: readonly Entry[], of: Partial<HandlerStatus> | null = {}) =>
  waitsFor(entries, handlers, of ? [{ ...status, ...of }] : undefined).map((each) => [
    each.handler,
    each.words,
  ])

describe('what a message waits for', () => {
  it.each<[Partial<HandlerStatus>, string]>([
    [{ paused: { since, reason: 'a release' } }, 'held up: paused since 2026-11-21 09:00:00: a release'],
    [
      { upstreamOut: { since, until: fromLondon('2026-11-21 10:02:17'), reason: 'notify-503' } },
      'held up: its upstream is out since 2026-11-21 09:00:00 (notify-503), next try 2026-11-21 10:02:17',
    ],
    [{ starved: 'nobody fetches its messages' }, 'held up: nobody fetches its messages'],
    [{ lag: 12 }, 'waits its turn: 12 wait there'],
    [{}, 'is being handled'],
  ])('%j', (of, text) => {
    expect(words([message], of)).toEqual([['send-email', text]])
  })

  it('is another try, with why', () => {
    expect(words([{ ...message, retries: 2, lastReason: 'notify-500' }])).toEqual([
      ['send-email', 'waits for another try: 2 failed, last notify-500'],
    ])
  })

  it('is the relay, before it is published', () => {
    expect(words([{ ...message, published: null }])[0]?.[0]).toBeNull()
    const task: EntryOf<'task'> = {
      ...{ what: 'task', at, schema: 'IntSchema', taskId: 3, name: 'SEND', claimId: 1 },
      ...{ status: 'PENDING', processed: null },
    }
    expect(waitsFor([task], handlers, []).map(({ id }) => id)).toEqual(['IntSchema.Task.3'])
    expect(waitsFor([{ ...task, status: 'COMPLETE' }], handlers, [])).toEqual([])
  })

  it('is its moment', () => {
    const later = { ...message, published: null, state: 'WAITING', notBefore: '2026-11-22 09:30:00.000' }
    expect(words([later])).toEqual([[null, 'waits for its moment: not before 2026-11-22 09:30:00']])
  })

  it('is nothing once it has ended, or its handler is done with it', () => {
    expect(words([{ ...message, ended: at }])).toEqual([])
    const done: EntryOf<'consumer'> = {
      ...{ what: 'consumer', at, id: message.id, consumer: 'send-email', state: 'DONE', done: at },
    }
    expect(words([message, done])).toEqual([])
    expect(words([message, { ...done, id: 'another' }])).toHaveLength(1)
  })

  it('cannot be seen while NATS is away', () => {
    expect(words([message], null)).toEqual([
      ['send-email', 'published; what its handler does cannot be seen'],
    ])
  })
})
