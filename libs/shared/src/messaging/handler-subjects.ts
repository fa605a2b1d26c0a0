import { streams, subjects, type Subject } from '../contracts/index.js'
import type { HandlerName } from './policies.js'

type Subjects = readonly [Subject, ...Subject[]]

/** All that ask for an email about a claim: what else is stored beside them has handlers of its own. */
const emails = streams.notifications.subjects.filter(
  (subject) => subject !== subjects.notifyReferenceRecovery && subject !== subjects.helpRequested,
) as [Subject, ...Subject[]]

/** The subjects of every handler, by its consumer's name: of one stream each. */
export const handlerSubjects: Readonly<Record<HandlerName, Subjects>> = {
  'complete-claim': [subjects.claimSubmitted],
  'take-in-response': [subjects.claimInformationProvided],
  'approve-claim': [subjects.claimApprovalDue],
  'approve-waiting-claims': [subjects.scheduleAutoApproval],
  'check-benefit': [subjects.claimBenefitCheckDue],
  'send-email': emails,
  'recover-reference': [subjects.notifyReferenceRecovery],
  'raise-ticket': [subjects.helpRequested],
  'remind-of-evidence': [subjects.scheduleDaily],
  'remind-of-information': [subjects.scheduleDaily],
  'mark-overpayments': [subjects.scheduleDaily],
  'clean-up-external-data': [subjects.scheduleDaily],
  'reject-silent-claims': [subjects.scheduleDaily],
  'archive-old-claims': [subjects.oldClaimsArchiveDue],
  'archive-claim': [subjects.claimArchiveDue],
  'pay-claims': [subjects.schedulePaymentRun],
  'clean-up-payment-files': [subjects.schedulePaymentRun],
  'announce-dead-letters': [subjects.deadLetters],
  'announce-missed-jobs': [subjects.jobMissed],
  'record-exhausted': [subjects.deliveriesExhausted],
  'prune-records': [subjects.scheduleDaily],
}

/** The handlers that only look on. */
export const onlookers: readonly HandlerName[] = ['announce-dead-letters']
