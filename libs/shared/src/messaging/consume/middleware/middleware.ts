import type { Delivery } from '../delivery.js'
import type { Outcome } from '../../handlers/outcome.js'

/** One concern around the handling of a delivery. */
export type Middleware = (delivery: Delivery, next: () => Promise<Outcome>) => Promise<Outcome>

/** The middleware from the outside in, with the handler at the centre. */
export function chain(
  middleware: readonly Middleware[],
  handler: (delivery: Delivery) => Promise<Outcome>,
): (delivery: Delivery) => Promise<Outcome> {
  return middleware.reduceRight<(delivery: Delivery) => Promise<Outcome>>(
    (next, layer) => (delivery) => layer(delivery, () => next(delivery)),
    handler,
  )
}
