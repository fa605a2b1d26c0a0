import { provisioningBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const provisioningDue = {
  subject: 'provisioning.due',
  stream: 'NOTIFICATIONS',
  body: provisioningBody,
  title: 'A target is to be told of a subject',
  summary: 'Tell it what is so by now, once; nothing where it knows that already.',
} as const satisfies MessageDefinition
