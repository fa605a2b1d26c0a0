import { applyDecorators, UseFilters } from '@nestjs/common'
import { EventPattern } from '@nestjs/microservices'
import type { Subject } from '../contracts/index.js'
import type { Backoff } from './backoff.js'
import { PassThroughFilter } from './pass-through.filter.js'

/** How a consumer treats its messages. */
export interface DeliveryPolicy {
  /** Deliveries in all; the last failed one goes to the dead letters. */
  readonly attempts: number
  readonly backoff: Backoff
  /** Milliseconds a handler may take. */
  readonly timeOutMs: number
  /** Messages handled at once by one replica. */
  readonly concurrency: number
}

/** A durable consumer, its subjects (of one stream) and its policy. */
export interface ConsumerDefinition {
  readonly name: string
  readonly subjects: readonly [Subject, ...Subject[]]
  readonly policy: DeliveryPolicy
}

/** Marks the method of a controller that handles a consumer's messages: `(body, delivery) => Outcome`. */
export const Consumes = (definition: ConsumerDefinition): MethodDecorator =>
  applyDecorators(EventPattern(definition.name, undefined, { definition }), UseFilters(PassThroughFilter))
