import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyContactDetailsUpdated = {
  subject: 'notifications.contact-details-updated',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'UPDATED-CONTACT-DETAILS-CLAIM-NOTIFICATION', schema: 'IntSchema' },
  fromWebApps: 'with-or-without-task',
  title: 'Tell a claimant that contact details have changed',
  summary: 'Send the email.',
} as const satisfies MessageDefinition
