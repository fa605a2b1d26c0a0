import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyClaimRejected = {
  subject: 'notifications.claim-rejected',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'REJECT-CLAIM-NOTIFICATION', schema: 'IntSchema' },
  decision: 'rejected',
  templates: ['REJECTED_CLAIM_EMAIL_TEMPLATE_ID'],
  fromWebApps: 'with-or-without-task',
  handedOver: {
    name: 'rejectClaimNotification',
    by: 'internal',
    takes: 'ids-and-address',
    when: 'a caseworker rejected a claim; its claimant is sent an email',
  },
  title: 'Tell a claimant that the claim is rejected',
  summary: 'Send the email.',
} as const satisfies MessageDefinition
