import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyInformationReminder = {
  subject: 'notifications.information-reminder',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION', schema: 'IntSchema' },
  templates: ['REQUEST_INFORMATION_REMINDER_EMAIL_TEMPLATE_ID'],
  fromWebApps: 'with-or-without-task',
  title: 'Remind a claimant of information that was asked for',
  summary: 'Send the email and note on the claim that it was sent.',
} as const satisfies MessageDefinition
