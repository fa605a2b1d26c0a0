import { OperatorControl, type HeldUp, type NatsClient } from '../../messaging/index.js'

/** Everything that is held up: paused handlers, and upstreams that are out. Changes nothing. */
export const heldUp = (nats: NatsClient): Promise<HeldUp> => new OperatorControl(nats).states()
