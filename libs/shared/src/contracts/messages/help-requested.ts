import { taskBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const helpRequested = {
  subject: 'support.help-requested',
  stream: 'NOTIFICATIONS',
  body: taskBody,
  task: { name: 'TECHNICAL_HELP_SUBMITTED', schema: 'ExtSchema' },
  fromWebApps: 'only-with-task',
  handedOver: { name: 'technicalHelp', by: 'external', takes: { words: '`name`, `emailAddress`, `issue`' } },
  title: 'A claimant asks for technical help',
  summary: 'Raise a helpdesk ticket from the Task row’s data.',
} as const satisfies MessageDefinition
