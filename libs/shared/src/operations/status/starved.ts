import type { ConsumerInfo } from '@nats-io/jetstream'
import {
  configOf,
  consumer,
  isHandlerName,
  unfitOf,
  wantedConsumer,
  type NatsSettings,
} from '../../messaging/index.js'

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
  if (!isHandlerName(name)) return null
  const unfit = unfitOf(
    wantedConsumer(consumer(name), settings),
    info && configOf({ ...info, config: { ...info.config } }),
  )
  if (unfit) return unfit.words
  const asked = !info || info.num_waiting > 0 || info.num_ack_pending > 0
  return asked || heldUp
    ? null
    : 'nobody fetches its messages: its service is not running, or is refused them'
}
