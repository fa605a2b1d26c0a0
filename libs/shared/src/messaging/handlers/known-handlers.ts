import { mapped } from '../../contracts/index.js'
import type { ConsumerDefinition } from './consumer-definition.js'
import type { DeliveryPolicy } from './delivery-policy.js'
import { handlers } from './handlers.js'

/** The names of all handlers, whichever service runs them. */
export type HandlerName = keyof typeof handlers

export const isHandlerName = (name: string): name is HandlerName => Object.hasOwn(handlers, name)

/** The delivery policy of every handler. */
export const policies = mapped(Object.entries<ConsumerDefinition>(handlers), ([name, { policy }]) => [
  name,
  policy,
]) as Readonly<Record<HandlerName, DeliveryPolicy>>

/** The consumer of a handler. */
export const consumer = (name: HandlerName): ConsumerDefinition => handlers[name]

/** The consumers of all handlers. */
export const allConsumers = (): ConsumerDefinition[] => Object.values(handlers)
