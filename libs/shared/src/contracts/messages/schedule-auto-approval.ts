import { scheduleBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const scheduleAutoApproval = {
  subject: 'schedule.auto-approval',
  stream: 'SCHEDULE',
  body: scheduleBody,
  job: 'auto-approval',
  title: 'The approval run is due',
  summary:
    'Try automatic approval for claims that wait for it. Every day, 03:30 London time unless set otherwise.',
} as const satisfies MessageDefinition
