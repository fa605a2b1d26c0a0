import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyClaimSubmitted = {
  subject: 'notifications.claim-submitted',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'SEND-CLAIM-NOTIFICATION', schema: 'IntSchema' },
  templates: ['SUBMIT_CLAIM_EMAIL_TEMPLATE_ID'],
  fromWebApps: 'with-or-without-task',
  title: 'Tell a claimant that the claim has arrived',
  summary: 'Send the email.',
} as const satisfies MessageDefinition
