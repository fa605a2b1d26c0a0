import { slotBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const scheduleLookUpNotifications = {
  subject: 'schedule.look-up-notifications',
  stream: 'SCHEDULE',
  body: slotBody,
  job: 'look-up-notifications',
  title: 'What became of emails and text messages is to be looked up',
  summary:
    'Ask Notify about those whose moment has come, and send once more what failed for the time being. Every minute unless set otherwise.',
} as const satisfies MessageDefinition
