import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const claimBenefitCheckDue = {
  subject: 'claims.benefit-check-due',
  stream: 'CLAIMS',
  body: claimBody,
  task: { name: 'DWP-CHECK', schema: 'IntSchema' },
  fromWebApps: 'with-or-without-task',
  title: 'A benefit check is due',
  summary: 'Ask the benefit checker; then ask the claimant for evidence, or go on to automatic approval.',
} as const satisfies MessageDefinition
