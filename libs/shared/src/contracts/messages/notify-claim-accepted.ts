import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyClaimAccepted = {
  subject: 'notifications.claim-accepted',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'ACCEPT-CLAIM-NOTIFICATION', schema: 'IntSchema' },
  fromWebApps: 'with-or-without-task',
  title: 'Tell a claimant that the claim is approved',
  summary: 'Send the email of the claim’s payment method, with the amounts.',
} as const satisfies MessageDefinition
