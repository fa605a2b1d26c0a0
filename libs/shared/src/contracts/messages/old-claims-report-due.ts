import { plainBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const oldClaimsReportDue = {
  subject: 'claims.old-archive-report-due',
  stream: 'CLAIMS',
  body: plainBody,
  beginsStep: true,
  title: 'Every old claim has been dealt with',
  summary: 'Say how many claims were archived, and how many were not: the last step of a flow.',
} as const satisfies MessageDefinition
