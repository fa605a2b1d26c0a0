import type { Message } from '../../contracts/index.js'
import type { ConsumerDefinition } from './consumer-definition.js'

/** A handler: its consumer, and what may follow from its work. */
export interface HandlerDefinition<FollowUp extends Message = Message> extends ConsumerDefinition {
  readonly followUps: readonly FollowUp[]
}

/** The messages that may follow from a handler's work. */
export type FollowUpsOf<Definition extends HandlerDefinition> = Definition['followUps'][number]

/**
 * What a handler is to everybody else, said beside its class: the consumer's name, the messages (of one stream) it takes, how
 * it treats them, and what may follow from its work. The broker's permissions, the topology and the pages are made from it.
 */
export const handler = <const FollowUp extends Message = never>({
  messages: [first, ...others],
  followUps = [],
  ...rest
}: Omit<ConsumerDefinition, 'subjects'> & {
  readonly messages: readonly [Message, ...Message[]]
  readonly followUps?: readonly FollowUp[]
}): HandlerDefinition<FollowUp> => ({
  ...rest,
  subjects: [first.subject, ...others.map(({ subject }) => subject)],
  followUps,
})
