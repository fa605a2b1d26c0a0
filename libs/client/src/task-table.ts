// Made from the code by `npm run generate`: changes by hand are lost.

/** The tasks there are, and the table that each is written into. */
export const taskTable = {
  'COMPLETE-CLAIM': 'ExtSchema.Task',
  'REQUEST-INFORMATION-RESPONSE': 'ExtSchema.Task',
  'DWP-CHECK': 'IntSchema.Task',
  'ARCHIVE-CLAIM': 'IntSchema.Task',
  'ARCHIVE-OLD-CLAIMS': 'IntSchema.Task',
  'SEND-CLAIM-NOTIFICATION': 'IntSchema.Task',
  'DWP-FAILED-NOTIFICATION': 'IntSchema.Task',
  'ACCEPT-CLAIM-NOTIFICATION': 'IntSchema.Task',
  'REJECT-CLAIM-NOTIFICATION': 'IntSchema.Task',
  'REQUEST-INFORMATION-CLAIM-NOTIFICATION': 'IntSchema.Task',
  'REQUEST-INFORMATION-RESPONSE-SUBMITTED-NOTIFICATION': 'IntSchema.Task',
  'SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION': 'IntSchema.Task',
  'ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION': 'IntSchema.Task',
  'UPDATED-CONTACT-DETAILS-CLAIM-NOTIFICATION': 'IntSchema.Task',
  'SEND-MALWARE-ALERT': 'ExtSchema.Task',
  REFERENCE_RECOVERY: 'ExtSchema.Task',
  'SEND-NOTIFICATION': 'IntSchema.Task',
  'SUBJECT-CHANGED': 'IntSchema.Task',
  TECHNICAL_HELP_SUBMITTED: 'ExtSchema.Task',
  FEEDBACK_SUBMITTED: 'ExtSchema.Task',
} as const
