import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyBenefitCheckFailed = {
  subject: 'notifications.benefit-check-failed',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'DWP-FAILED-NOTIFICATION', schema: 'IntSchema' },
  decision: 'information-requested',
  templates: ['REQUEST_INFORMATION_CLAIM_EMAIL_TEMPLATE_ID'],
  fromWebApps: 'with-or-without-task',
  title: 'Tell a claimant that the benefit could not be confirmed',
  summary: 'Send the email that asks for evidence.',
} as const satisfies MessageDefinition
