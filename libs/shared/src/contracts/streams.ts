import { subjects, type Subject } from './subjects.js'

export interface StreamDefinition {
  readonly name: string
  readonly description: string
  readonly subjects: readonly string[]
  readonly maxAgeDays: number
}

const days = { work: 14, deadLetters: 30 }

/** The streams of the project; `npm run nats:provision` makes them, and every service compares them with these. */
export const streams = {
  claims: {
    name: 'CLAIMS',
    description: 'Work on a claim',
    subjects: [
      subjects.claimSubmitted,
      subjects.claimInformationProvided,
      subjects.claimApprovalDue,
      subjects.claimBenefitCheckDue,
      subjects.claimArchiveDue,
      subjects.oldClaimsArchiveDue,
    ],
    maxAgeDays: days.work,
  },
  notifications: {
    name: 'NOTIFICATIONS',
    description: 'Emails to send, and help asked for',
    subjects: [
      subjects.notifyClaimSubmitted,
      subjects.notifyBenefitCheckFailed,
      subjects.notifyClaimAccepted,
      subjects.notifyClaimRejected,
      subjects.notifyInformationRequested,
      subjects.notifyInformationReceived,
      subjects.notifyInformationReminder,
      subjects.notifyEvidenceReminder,
      subjects.notifyContactDetailsUpdated,
      subjects.notifyMalwareFound,
      subjects.notifyReferenceRecovery,
      subjects.helpRequested,
    ],
    maxAgeDays: days.work,
  },
  schedule: {
    name: 'SCHEDULE',
    description: 'Jobs that are due by the clock',
    subjects: [subjects.scheduleDaily, subjects.schedulePaymentRun, subjects.scheduleAutoApproval],
    maxAgeDays: days.work,
  },
  deadLetters: {
    name: 'DEAD_LETTERS',
    description: 'Messages a consumer gave up on, with the reason',
    subjects: [subjects.deadLetters],
    maxAgeDays: days.deadLetters,
  },
  alerts: {
    name: 'ALERTS',
    description: 'What people are to be told',
    subjects: [subjects.jobMissed],
    maxAgeDays: days.work,
  },
  advisories: {
    name: 'ADVISORIES',
    description: 'Deliveries exhausted without an answer, as the server noticed them',
    subjects: [subjects.deliveriesExhausted],
    maxAgeDays: days.work,
  },
} as const satisfies Record<string, StreamDefinition>

/** The stream that stores a subject. */
export function streamOf(subject: Subject): string {
  const stream = Object.values<StreamDefinition>(streams).find((s) => s.subjects.includes(subject))
  if (!stream) throw new Error(`no stream stores the subject ${subject}`)
  return stream.name
}
