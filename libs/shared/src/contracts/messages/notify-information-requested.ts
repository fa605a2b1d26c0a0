import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyInformationRequested = {
  subject: 'notifications.information-requested',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'REQUEST-INFORMATION-CLAIM-NOTIFICATION', schema: 'IntSchema' },
  fromWebApps: 'with-or-without-task',
  title: 'Ask a claimant for information',
  summary: 'Send the email.',
} as const satisfies MessageDefinition
