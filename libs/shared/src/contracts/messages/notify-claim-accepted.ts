import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyClaimAccepted = {
  subject: 'notifications.claim-accepted',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'ACCEPT-CLAIM-NOTIFICATION', schema: 'IntSchema' },
  decision: 'approved',
  templates: [
    'ACCEPTED_CLAIM_BANK_EMAIL_TEMPLATE_ID',
    'ACCEPTED_CLAIM_ADVANCE_BANK_EMAIL_TEMPLATE_ID',
    'ACCEPTED_CLAIM_PAYOUT_EMAIL_TEMPLATE_ID',
    'ACCEPTED_CLAIM_ADVANCE_PAYOUT_EMAIL_TEMPLATE_ID',
    'ACCEPTED_CLAIM_MANUAL_EMAIL_TEMPLATE_ID',
  ],
  fromWebApps: 'with-or-without-task',
  handedOver: {
    name: 'acceptClaimNotification',
    by: 'internal',
    takes: 'ids-and-address',
    when: 'a caseworker approved a claim; its claimant is sent an email',
  },
  title: 'Tell a claimant that the claim is approved',
  summary: 'Send the email of the claim’s payment method, with the amounts.',
} as const satisfies MessageDefinition
