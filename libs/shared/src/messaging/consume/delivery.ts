import { BaseRpcContext } from '@nestjs/microservices'
import type { DeliveredMessage } from './delivered-message.js'
import type { Message, MessageIdentity, TaskRef } from '../../contracts/index.js'
import { childTraceparent } from '../../telemetry/index.js'
import type { ConsumerDefinition } from '../handlers/consumer-definition.js'
import { identify, jobRunIn } from '../dead-letters/message-identity.js'

/** One delivery of a message, as middleware and handlers see it; `FollowUp`: what may follow from it. */
export class Delivery<in FollowUp extends Message = never>
  extends BaseRpcContext<[DeliveredMessage]>
  implements MessageIdentity<FollowUp>
{
  declare readonly follows?: (followUp: FollowUp) => void
  readonly consumer: string
  readonly subject: string
  readonly stream: string
  readonly sequence: number
  /** 1 for the first delivery. */
  readonly count: number
  /** When it began here, by `performance.now()`: asked once for all who want to know, for the clock is not cheap. */
  readonly begun = performance.now()
  /** Set by the validation, the body last. */
  body: unknown
  task?: TaskRef
  /** Set by a handler that queues the items of a flow's step: all that follows is one. */
  flowStep?: number
  /** Asked for by each layer, and the same once the body was read. */
  private ownId: string | undefined
  // Made for those who ask: most handlers ask for neither.
  private ownTraceparent: string | undefined
  private controller: AbortController | undefined

  constructor(
    readonly message: DeliveredMessage,
    readonly definition: ConsumerDefinition,
  ) {
    super([message])
    this.consumer = definition.name
    this.subject = message.subject
    this.stream = message.stream
    this.sequence = message.sequence
    this.count = message.deliveries
  }

  /** When the server stored it, in nanoseconds since 1970. */
  get storedAt(): string {
    return this.message.storedAt
  }

  get id(): string {
    if (this.body === undefined) return identify(this, this.message.headers, undefined)
    this.ownId ??= identify(this, this.message.headers, this.task ?? jobRunIn(this.body))
    return this.ownId
  }

  get lastDelivery(): boolean {
    return this.count >= this.definition.policy.attempts
  }

  get traceparent(): string {
    this.ownTraceparent ??= childTraceparent(this.message.headers?.get('traceparent'))
    return this.ownTraceparent
  }
  /** The delivery has a span: what it causes belongs to that. */
  set traceparent(traceparent: string) {
    this.ownTraceparent = traceparent
  }

  /** Aborted when the time-out is over. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController()
    return this.controller.signal
  }

  abort(): void {
    this.controller ??= new AbortController()
    this.controller.abort()
  }
}
