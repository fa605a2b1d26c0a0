import type { Subject } from '../../contracts/index.js'
import type { DeliveryPolicy } from './delivery-policy.js'

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
