import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const claimApprovalDue = {
  subject: 'claims.approval-due',
  stream: 'CLAIMS',
  body: claimBody,
  fromWebApps: 'with-or-without-task',
  title: 'A claim is due for automatic approval',
  summary: 'Approve the claim if every rule that is switched on allows it; else leave it to a caseworker.',
} as const satisfies MessageDefinition
