import { applyDecorators, UseFilters } from '@nestjs/common'
import { EventPattern } from '@nestjs/microservices'
import type { Subject, UpstreamName } from '../contracts/index.js'
import type { Backoff } from './backoff.js'
import { PassThroughFilter } from './pass-through.filter.js'
import { handlerSubjects, onlookers } from './handler-subjects.js'
import { policies, type HandlerName } from './policies.js'

/** How often something may be done, by all replicas together. */
export interface RateLimit {
  readonly max: number
  /** Milliseconds. */
  readonly everyMs: number
}

/** How a consumer treats its messages. */
export interface DeliveryPolicy {
  /** Deliveries in all; the last failed one goes to the dead letters. */
  readonly attempts: number
  readonly backoff: Backoff
  /** Milliseconds a handler may take. */
  readonly timeOutMs: number
  /** Messages handled at once by one replica. */
  readonly concurrency: number
  /** Messages begun at most, by all replicas together; without it, as many as come. */
  readonly rateLimit?: RateLimit
  /** The upstream whose outage stops the handler. */
  readonly upstream?: UpstreamName
}

/** A durable consumer, its subjects (of one stream) and its policy. */
export interface ConsumerDefinition {
  readonly name: string
  readonly subjects: readonly [Subject, ...Subject[]]
  readonly policy: DeliveryPolicy
  /**
   * It only looks at messages that belong to others, by their headers: no body is delivered, nothing is recorded of them,
   * and what it fails at stays where it is and never becomes a dead letter.
   */
  readonly observes?: true
  /** Its handler asks itself whether a message is to be done, with what it reads first: `Inbox.askFirst`. */
  readonly asksFirst?: true
}

/** The consumer of a handler, with its subjects and its policy. */
export const consumer = (name: HandlerName): ConsumerDefinition => ({
  name,
  subjects: handlerSubjects[name],
  policy: policies[name],
  ...(onlookers.includes(name) ? { observes: true } : {}),
})

/** The consumers of all handlers. */
export const allConsumers = (): ConsumerDefinition[] => (Object.keys(policies) as HandlerName[]).map(consumer)

/** The consumer of a handler that asks whether its message is to be done with what it reads first. */
export const askingFirst = (definition: ConsumerDefinition): ConsumerDefinition => ({
  ...definition,
  asksFirst: true,
})

/** Marks the method of a controller that handles a consumer's messages: `(body, delivery) => Outcome`. */
export const Consumes = (definition: ConsumerDefinition): MethodDecorator =>
  applyDecorators(EventPattern(definition.name, undefined, { definition }), UseFilters(PassThroughFilter))
