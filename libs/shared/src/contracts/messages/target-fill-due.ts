import { plainBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const targetFillDue = {
  subject: 'provisioning.fill-due',
  stream: 'NOTIFICATIONS',
  body: plainBody,
  beginsStep: true,
  title: 'A target is to be told of all that it does not know',
  summary: 'Ask for each subject that is for the target and that it has not confirmed as it is.',
} as const satisfies MessageDefinition
