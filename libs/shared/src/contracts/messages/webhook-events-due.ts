import { plainBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

/** Follows from work that told other systems of something, where one of them has asked for it. */
export const webhookEventsDue = {
  subject: 'webhooks.events-due',
  stream: 'NOTIFICATIONS',
  body: plainBody,
  title: 'Something happened that other systems asked to be told of',
  summary:
    'Queue the events that are not queued yet at each endpoint that subscribed to them, in their order.',
} as const satisfies MessageDefinition
