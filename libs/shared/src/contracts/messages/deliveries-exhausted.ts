import { exhaustedBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

/** The server's own word that a message was delivered as often as it may be, and never answered. */
export const deliveriesExhausted = {
  subject: '$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>',
  stream: 'ADVISORIES',
  body: exhaustedBody,
  title: 'A message was delivered as often as it may be',
  summary:
    'The NATS server’s own advisory: nobody answered the last delivery, so the message goes to the dead letters.',
} as const satisfies MessageDefinition
