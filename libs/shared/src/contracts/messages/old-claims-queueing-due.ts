import { plainBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const oldClaimsQueueingDue = {
  subject: 'claims.old-archive-queueing-due',
  stream: 'CLAIMS',
  body: plainBody,
  beginsStep: true,
  title: 'Old claims are to be queued for the archive',
  summary: 'Ask for each claim that was reviewed long enough ago to be archived: the first step of a flow.',
} as const satisfies MessageDefinition
