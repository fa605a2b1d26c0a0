import { subjects } from '#shared/contracts'
import type { DescribedSubject } from './channel-keys.js'

/** What people are told of a subject's messages, in the words of the domain's pages. */
export interface Description {
  readonly title: string
  readonly summary: string
  /** Whether a web app may publish it without a Task row; absent where nobody but the services does. */
  readonly fromWebApps?: 'with-or-without-task' | 'only-with-task'
}

const direct = { fromWebApps: 'with-or-without-task' } as const
const needsTask = { fromWebApps: 'only-with-task' } as const

/** Every subject: a new one without its words does not compile. */
export const descriptions: Readonly<Record<DescribedSubject, Description>> = {
  [subjects.claimSubmitted]: {
    title: 'A claim was submitted',
    summary:
      'Migrate the claim from the external schema, cost its car journeys, confirm it by email and have the benefit checked (task COMPLETE-CLAIM).',
    ...direct,
  },
  [subjects.claimInformationProvided]: {
    title: 'A claimant answered',
    summary:
      'Take in the documents, bank details and message of the answer; a claim that is new goes on to automatic approval (task REQUEST-INFORMATION-RESPONSE).',
    ...direct,
  },
  [subjects.claimApprovalDue]: {
    title: 'A claim is due for automatic approval',
    summary: 'Approve the claim if every rule that is switched on allows it; else leave it to a caseworker.',
    ...direct,
  },
  [subjects.claimBenefitCheckDue]: {
    title: 'A benefit check is due',
    summary:
      'Ask the benefit checker; then ask the claimant for evidence, or go on to automatic approval (task DWP-CHECK).',
    ...direct,
  },
  [subjects.claimArchiveDue]: {
    title: 'A claim is to be archived',
    summary:
      'Copy every row of the claim to the archive database, count them there, then delete them (task ARCHIVE-CLAIM).',
    ...direct,
  },
  [subjects.oldClaimsArchiveDue]: {
    title: 'Old claims are to be archived',
    summary: 'Have each claim archived that was reviewed long enough ago (task ARCHIVE-OLD-CLAIMS).',
    ...direct,
  },
  [subjects.notifyClaimSubmitted]: {
    title: 'Tell a claimant that the claim has arrived',
    summary: 'Send the email (task SEND-CLAIM-NOTIFICATION).',
    ...direct,
  },
  [subjects.notifyBenefitCheckFailed]: {
    title: 'Tell a claimant that the benefit could not be confirmed',
    summary: 'Send the email that asks for evidence (task DWP-FAILED-NOTIFICATION).',
    ...direct,
  },
  [subjects.notifyClaimAccepted]: {
    title: 'Tell a claimant that the claim is approved',
    summary:
      'Send the email of the claim’s payment method, with the amounts (task ACCEPT-CLAIM-NOTIFICATION).',
    ...direct,
  },
  [subjects.notifyClaimRejected]: {
    title: 'Tell a claimant that the claim is rejected',
    summary: 'Send the email (task REJECT-CLAIM-NOTIFICATION).',
    ...direct,
  },
  [subjects.notifyInformationRequested]: {
    title: 'Ask a claimant for information',
    summary: 'Send the email (task REQUEST-INFORMATION-CLAIM-NOTIFICATION).',
    ...direct,
  },
  [subjects.notifyInformationReceived]: {
    title: 'Tell a claimant that the answer has arrived',
    summary: 'Send the email (task REQUEST-INFORMATION-RESPONSE-SUBMITTED-NOTIFICATION).',
    ...direct,
  },
  [subjects.notifyInformationReminder]: {
    title: 'Remind a claimant of information that was asked for',
    summary:
      'Send the email and note on the claim that it was sent (task SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION).',
    ...direct,
  },
  [subjects.notifyEvidenceReminder]: {
    title: 'Remind a claimant of the evidence of a journey paid in advance',
    summary:
      'Send the first or the second reminder, as the Task row’s data says (task ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION).',
    ...needsTask,
  },
  [subjects.notifyContactDetailsUpdated]: {
    title: 'Tell a claimant that contact details have changed',
    summary: 'Send the email (task UPDATED-CONTACT-DETAILS-CLAIM-NOTIFICATION).',
    ...direct,
  },
  [subjects.notifyMalwareFound]: {
    title: 'Tell the operations mailbox of malware',
    summary: 'Send the email to the address in the Task row’s data (task SEND-MALWARE-ALERT).',
    ...needsTask,
  },
  [subjects.notifyReferenceRecovery]: {
    title: 'A claimant has forgotten the reference',
    summary:
      'Find the latest eligibility of the address and prison number in the Task row’s data, and email its reference (task REFERENCE_RECOVERY).',
    ...needsTask,
  },
  [subjects.helpRequested]: {
    title: 'A claimant asks for technical help',
    summary: 'Raise a helpdesk ticket from the Task row’s data (task TECHNICAL_HELP_SUBMITTED).',
    ...needsTask,
  },
  [subjects.scheduleDaily]: {
    title: 'The daily jobs are due',
    summary:
      'Reminders, overpayments, clean-up and automatic rejection; each job runs once for its date. Every day, 04:30 London time unless set otherwise.',
  },
  [subjects.schedulePaymentRun]: {
    title: 'The payment run is due',
    summary: 'Pay what is approved, once. Monday to Friday, 00:05 London time unless set otherwise.',
  },
  [subjects.scheduleAutoApproval]: {
    title: 'The approval run is due',
    summary:
      'Try automatic approval for claims that wait for it. Every day, 03:30 London time unless set otherwise.',
  },
  [subjects.jobMissed]: {
    title: 'A job was missed',
    summary: 'Tell the chat that a job was not fired for its date, and is too late to catch up.',
  },
  [subjects.deliveriesExhausted]: {
    title: 'A message was delivered as often as it may be',
    summary:
      'The NATS server’s own advisory: nobody answered the last delivery, so the message goes to the dead letters.',
  },
}
