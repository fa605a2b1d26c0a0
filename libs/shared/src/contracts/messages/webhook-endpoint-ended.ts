import { webhookEndpointEndedBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

/** It said itself that it is gone: for people. */
export const webhookEndpointEnded = {
  subject: 'alerts.webhook-endpoint-ended',
  stream: 'ALERTS',
  body: webhookEndpointEndedBody,
  title: 'A webhook endpoint said that it is gone',
  summary: 'Tell the chat: nothing is sent there any more, and what was queued there is called off.',
} as const satisfies MessageDefinition
