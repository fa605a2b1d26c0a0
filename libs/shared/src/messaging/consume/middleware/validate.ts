import { messageSchemas, type ClaimMessage, type Subject } from '../../../contracts/index.js'
import type { Delivery } from '../delivery.js'
import { reject } from '../../handlers/outcome.js'
import type { Middleware } from './middleware.js'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads the body and holds it against the contract of its subject; what does not fit never reaches a handler. */
export const validate: Middleware = (delivery, next) => {
  // The publisher's id may be in them: without it a repeat would be done again.
  if (delivery.message.hasUnreadableHeaders) return Promise.resolve(reject('unreadable-headers'))
  let json: unknown
  try {
    json = JSON.parse(utf8.decode(delivery.message.data))
  } catch {
    return Promise.resolve(reject('unreadable-body'))
  }
  const result = schemaOf(delivery).safeParse(json)
  if (!result.success) return Promise.resolve(reject('body-breaks-contract'))
  const { task } = result.data as Partial<ClaimMessage>
  if (task) delivery.task = task
  delivery.body = result.data
  return next()
}

/** A consumer of one subject may name it by a pattern; of several, the delivery says which. */
function schemaOf({ definition, subject }: Delivery) {
  const [first, ...others] = definition.subjects
  return messageSchemas[others.length ? (subject as Subject) : first]
}
