import { taskBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyReferenceRecovery = {
  subject: 'notifications.reference-recovery',
  stream: 'NOTIFICATIONS',
  body: taskBody,
  task: { name: 'REFERENCE_RECOVERY', schema: 'ExtSchema' },
  templates: ['SEND_REFERENCE_RECOVERY_EMAIL_TEMPLATE_ID'],
  fromWebApps: 'only-with-task',
  handedOver: {
    name: 'referenceRecovery',
    by: 'external',
    takes: { words: '`emailAddress`, `prisonNumber`' },
  },
  title: 'A claimant has forgotten the reference',
  summary:
    'Find the latest eligibility of the address and prison number in the Task row’s data, and email its reference.',
} as const satisfies MessageDefinition
