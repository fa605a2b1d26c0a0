import { applyDecorators, UseFilters } from '@nestjs/common'
import { EventPattern } from '@nestjs/microservices'
import type { Message } from '../../contracts/index.js'
import type { ConsumerDefinition } from '../handlers/consumer-definition.js'
import type { Delivery } from './delivery.js'
import type { Outcome } from '../handlers/outcome.js'
import { PassThroughFilter } from './pass-through.filter.js'

/** Marks the method of a controller that handles a consumer's messages: `(body, delivery) => Outcome`. */
export const Consumes = <FollowUp extends Message>(
  definition: ConsumerDefinition & { readonly followUps?: readonly FollowUp[] },
) =>
  applyDecorators(
    EventPattern(definition.name, undefined, { definition }),
    UseFilters(PassThroughFilter),
  ) as <Method extends (...args: never[]) => Promise<Outcome>>(
    target: object,
    name: string,
    method: TypedPropertyDescriptor<Method> & Declared<DeliveryIn<Method>, FollowUp>,
  ) => void

type DeliveryIn<Method extends (...args: never[]) => unknown> = Extract<Parameters<Method>[number], Delivery>

/** Holds what a method takes its delivery to allow against what the handler declares. */
type Declared<Taken, FollowUp extends Message> = [Taken] extends [never]
  ? unknown
  : [Delivery<FollowUp>] extends [Taken]
    ? unknown
    : 'the handler does not declare these follow-ups'
