import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyInformationRequested = {
  subject: 'notifications.information-requested',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'REQUEST-INFORMATION-CLAIM-NOTIFICATION', schema: 'IntSchema' },
  decision: 'information-requested',
  templates: ['REQUEST_INFORMATION_CLAIM_EMAIL_TEMPLATE_ID'],
  fromWebApps: 'with-or-without-task',
  handedOver: {
    name: 'requestInformationClaimNotification',
    by: 'internal',
    takes: 'ids-and-address',
    when: 'a caseworker asks for information; the claimant is sent an email',
  },
  title: 'Ask a claimant for information',
  summary: 'Send the email.',
} as const satisfies MessageDefinition
