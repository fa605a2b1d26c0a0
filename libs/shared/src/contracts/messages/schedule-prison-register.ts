import { slotBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const schedulePrisonRegister = {
  subject: 'schedule.prison-register',
  stream: 'SCHEDULE',
  body: slotBody,
  job: 'prison-register',
  title: 'The prison register is to be looked at',
  summary:
    'Import the register of prisons where it has changed since it was last looked at. Every day, 05:45 London time.',
} as const satisfies MessageDefinition
