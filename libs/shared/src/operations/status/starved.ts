import type { ConsumerInfo } from '@nats-io/jetstream'
import {
  configOf,
  consumer,
  jobPolicy,
  isHandlerName,
  unfitOf,
  wantedConsumer,
  type NatsSettings,
} from '../../messaging/index.js'

export const nobodyFetches = 'nobody fetches its messages: its service is not running, or is refused them'

/**
 * Why a handler gets no messages, as the server shows it, in words: its consumer is missing or is not as it should be, or
 * nobody asks for its messages; null where it does.
 * @param heldUp it is paused, or its upstream is out: then nobody asks, and that is right
 */
export function starvedWords(
  name: string,
  info: ConsumerInfo | undefined,
  settings: NatsSettings,
  heldUp: boolean,
): string | null {
  if (isHandlerName(name)) {
    const unfit = unfitOf(
      wantedConsumer(consumer(name), settings),
      info && configOf({ ...info, config: { ...info.config } }),
    )
    if (unfit) return unfit.words
  }
  return !info || heldUp || isFetched(info, settings) ? null : nobodyFetches
}

/**
 * Whether somebody asks for messages, or has the hands full. What is in flight proves nothing by itself: it stays when
 * all who were given it have died. But whoever lives ends it in time, or is given it once more after the wait.
 */
function isFetched(info: ConsumerInfo, { ackWaitMs }: NatsSettings): boolean {
  if (info.num_waiting > 0) return true
  if (info.num_ack_pending === 0) return false
  const longest = isHandlerName(info.name) ? consumer(info.name).policy.timeOutMs : jobPolicy.timeOutMs
  const moved = Math.max(...[info.delivered, info.ack_floor].map(({ last_active }) => msOf(last_active)))
  return msOf(info.ts) - moved <= longest + ackWaitMs
}

/** Servers say a time, whatever the client's types make of it; what they do not know was long ago. */
function msOf(said: unknown): number {
  const ms = typeof said === 'string' ? Date.parse(said) : NaN
  return Number.isNaN(ms) ? -Infinity : ms
}
