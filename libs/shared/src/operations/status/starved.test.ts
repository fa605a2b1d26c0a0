import { describe, expect, it } from 'vitest'
import type { ConsumerInfo } from '@nats-io/jetstream'
import { natsSettings, wantedConsumer, consumer } from '../../messaging/index.js'
import { nobodyFetches, starvedWords } from './starved.js'

const settings = natsSettings({})

/** What the server says of a handler's consumer: the times as it writes them, and when it looked. */
const told = (name: 'send-email' | 'pay-claims', more: object): ConsumerInfo =>
  ({
    ...{ name, stream_name: 'X', ts: '2026-11-21T12:00:00.123456789Z', num_waiting: 0, num_ack_pending: 3 },
    config: wantedConsumer(consumer(name), settings).config,
    delivered: { consumer_seq: 5, stream_seq: 5, last_active: '2026-11-21T11:59:50Z' },
    ack_floor: { consumer_seq: 2, stream_seq: 2, last_active: '2026-11-21T09:00:00Z' },
    ...more,
  }) as unknown as ConsumerInfo

const at = (time: string) => ({ consumer_seq: 5, stream_seq: 5, last_active: `2026-11-21T${time}Z` })

const words = (name: 'send-email' | 'pay-claims', more: object, heldUp = false) =>
  starvedWords(name, told(name, more), settings, heldUp)

describe('a handler that nobody asks for more of', () => {
  it.each([
    ['has its hands full: it was given something just now', 'send-email', {}],
    [
      'has its hands full: it answered just now',
      'send-email',
      { delivered: at('09:00:00'), ack_floor: at('11:59:55') },
    ],
    ['may take so long', 'pay-claims', { delivered: at('11:50:30') }],
    ['asks again', 'send-email', { delivered: at('09:00:00'), num_waiting: 1 }],
  ] as const)('%s', (_, name, more) => expect(words(name, more)).toBeNull())

  it.each([
    ['nothing moved for longer than any work takes', 'send-email', { delivered: at('11:58:00') }],
    ['nothing moved for longer than a job takes', 'pay-claims', { delivered: at('11:48:00') }],
    ['nothing is in flight', 'send-email', { num_ack_pending: 0 }],
    [
      'nothing has moved since the server was started',
      'send-email',
      { delivered: { consumer_seq: 5 }, ack_floor: {} },
    ],
  ] as const)('is dead where %s, whatever is in flight', (_, name, more) =>
    expect(words(name, more)).toBe(nobodyFetches),
  )

  it('is none that is held up', () =>
    expect(words('send-email', { delivered: at('09:00:00') }, true)).toBeNull())

  it('is told of one of another release too', () => {
    const info = { ...told('send-email', { delivered: at('09:00:00') }), name: 'of-another-release' }
    expect(starvedWords(info.name, info, settings, false)).toBe(nobodyFetches)
  })
})
