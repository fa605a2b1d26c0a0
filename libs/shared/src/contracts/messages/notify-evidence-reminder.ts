import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyEvidenceReminder = {
  subject: 'notifications.evidence-reminder',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION', schema: 'IntSchema' },
  templates: [
    'ADVANCE_CLAIM_EVIDENCE_REMINDER_TEMPLATE_ID',
    'ADVANCE_CLAIM_SECOND_EVIDENCE_REMINDER_TEMPLATE_ID',
  ],
  fromWebApps: 'only-with-task',
  title: 'Remind a claimant of the evidence of a journey paid in advance',
  summary: 'Send the first or the second reminder, as the Task row’s data says.',
} as const satisfies MessageDefinition
