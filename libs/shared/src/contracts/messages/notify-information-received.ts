import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyInformationReceived = {
  subject: 'notifications.information-received',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'REQUEST-INFORMATION-RESPONSE-SUBMITTED-NOTIFICATION', schema: 'IntSchema' },
  templates: ['REQUEST_INFORMATION_RESPONSE_SUBMITTED_EMAIL_TEMPLATE_ID'],
  fromWebApps: 'with-or-without-task',
  title: 'Tell a claimant that the answer has arrived',
  summary: 'Send the email.',
} as const satisfies MessageDefinition
