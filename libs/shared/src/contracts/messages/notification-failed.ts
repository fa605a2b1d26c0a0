import { notificationFailedBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

/** Nobody got it, and nobody will: for people. */
export const notificationFailed = {
  subject: 'alerts.notification-failed',
  stream: 'ALERTS',
  body: notificationFailedBody,
  title: 'An email or a text message reached nobody',
  summary: 'Tell the chat, by template; whose it was is in the journey of its claim.',
} as const satisfies MessageDefinition
