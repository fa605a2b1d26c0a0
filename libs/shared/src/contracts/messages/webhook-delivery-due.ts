import { webhookDeliveryBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const webhookDeliveryDue = {
  subject: 'webhooks.delivery-due',
  stream: 'NOTIFICATIONS',
  body: webhookDeliveryBody,
  title: 'An event is to be sent to an endpoint',
  summary: 'Send it, signed. The endpoint’s next one follows once it is there, or refused for good.',
} as const satisfies MessageDefinition
