import type { Log } from '../../logging/index.js'
import type { DeadLetters } from '../dead-letters/dead-letters.js'
import type { DeliveryRecords } from './middleware/settle.js'

/**
 * For a consumer that only looks on: the messages are others', so nothing is recorded of them, and one that it fails at
 * stays in its stream as it is.
 */
export const lookingOn = (
  log: Log,
): { deadLetters: Pick<DeadLetters, 'add'>; records: DeliveryRecords; inbox?: undefined } => ({
  deadLetters: {
    add({ consumer, stream, id }, reason) {
      log.warn('gave up on looking at a message, which stays where it is', {
        ...{ consumer, stream, reason },
        messageId: id,
      })
      return nothing()
    },
  },
  records: { failedAttempt: nothing, gaveUp: nothing, waiting: nothing },
})

const nothing = () => Promise.resolve()
