import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyClaimRejected = {
  subject: 'notifications.claim-rejected',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'REJECT-CLAIM-NOTIFICATION', schema: 'IntSchema' },
  fromWebApps: 'with-or-without-task',
  title: 'Tell a claimant that the claim is rejected',
  summary: 'Send the email.',
} as const satisfies MessageDefinition
