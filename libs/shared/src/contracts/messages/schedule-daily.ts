import { scheduleBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const scheduleDaily = {
  subject: 'schedule.daily',
  stream: 'SCHEDULE',
  body: scheduleBody,
  job: 'daily',
  title: 'The daily jobs are due',
  summary:
    'Reminders, overpayments, clean-up and automatic rejection; each job runs once for its date. Every day, 04:30 London time unless set otherwise.',
} as const satisfies MessageDefinition
