import { jobMissedBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

/** A job was not fired and is too late to catch up: for people. */
export const jobMissed = {
  subject: 'alerts.job-missed',
  stream: 'ALERTS',
  body: jobMissedBody,
  title: 'A job was missed',
  summary: 'Tell the chat that a job was not fired for its date, and is too late to catch up.',
} as const satisfies MessageDefinition
