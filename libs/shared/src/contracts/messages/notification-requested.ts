import { taskBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notificationRequested = {
  subject: 'notifications.requested',
  stream: 'NOTIFICATIONS',
  body: taskBody,
  task: { name: 'SEND-NOTIFICATION', schema: 'IntSchema', dataGoes: true },
  fromWebApps: 'only-with-task',
  handedOver: {
    name: 'notification',
    by: 'internal',
    takes: {
      words:
        '`template`, `to` (an address, a number, `visitor`, or a list of these), `personalisation`; `expires`, `claim` (ids) if given: one task for each recipient',
    },
  },
  title: 'Send one email or text message',
  summary:
    'Send what the Task row’s data says: its template from the file of templates, to its recipient; refuse it with its reason where there is no such template, or something is missing.',
} as const satisfies MessageDefinition
