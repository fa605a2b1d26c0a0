import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const claimSubmitted = {
  subject: 'claims.submitted',
  stream: 'CLAIMS',
  body: claimBody,
  task: { name: 'COMPLETE-CLAIM', schema: 'ExtSchema' },
  fromWebApps: 'with-or-without-task',
  handedOver: { name: 'completeClaim', by: 'external', takes: { words: 'ids, `claimType`' } },
  title: 'A claim was submitted',
  summary:
    'Migrate the claim from the external schema, cost its car journeys, confirm it by email and have the benefit checked.',
} as const satisfies MessageDefinition
