import { claimSubmitted } from './claim-submitted.js'
import { claimInformationProvided } from './claim-information-provided.js'
import { claimApprovalDue } from './claim-approval-due.js'
import { claimBenefitCheckDue } from './claim-benefit-check-due.js'
import { claimArchiveDue } from './claim-archive-due.js'
import { oldClaimsArchiveDue } from './old-claims-archive-due.js'
import { oldClaimsQueueingDue } from './old-claims-queueing-due.js'
import { oldClaimsReportDue } from './old-claims-report-due.js'
import { notifyClaimSubmitted } from './notify-claim-submitted.js'
import { notifyBenefitCheckFailed } from './notify-benefit-check-failed.js'
import { notifyClaimAccepted } from './notify-claim-accepted.js'
import { notifyClaimRejected } from './notify-claim-rejected.js'
import { notifyInformationRequested } from './notify-information-requested.js'
import { notifyInformationReceived } from './notify-information-received.js'
import { notifyInformationReminder } from './notify-information-reminder.js'
import { notifyEvidenceReminder } from './notify-evidence-reminder.js'
import { notifyContactDetailsUpdated } from './notify-contact-details-updated.js'
import { notifyMalwareFound } from './notify-malware-found.js'
import { notifyReferenceRecovery } from './notify-reference-recovery.js'
import { notificationRequested } from './notification-requested.js'
import { subjectChanged } from './subject-changed.js'
import { provisioningDue } from './provisioning-due.js'
import { targetFillDue } from './target-fill-due.js'
import { helpRequested } from './help-requested.js'
import { prisonRegisterCheckDue } from './prison-register-check-due.js'
import { prisonChangeDue } from './prison-change-due.js'
import { prisonRegisterReportDue } from './prison-register-report-due.js'
import { webhookEventsDue } from './webhook-events-due.js'
import { webhookDeliveryDue } from './webhook-delivery-due.js'
import { scheduleDaily } from './schedule-daily.js'
import { schedulePaymentRun } from './schedule-payment-run.js'
import { scheduleAutoApproval } from './schedule-auto-approval.js'
import { schedulePrisonRegister } from './schedule-prison-register.js'
import { scheduleLookUpNotifications } from './schedule-look-up-notifications.js'
import { notificationFailed } from './notification-failed.js'
import { jobMissed } from './job-missed.js'
import { prisonRegisterImported } from './prison-register-imported.js'
import { webhookEndpointEnded } from './webhook-endpoint-ended.js'
import { deadLetters } from './dead-letters.js'
import { deliveriesExhausted } from './deliveries-exhausted.js'
import type { MessageDefinition } from './message.js'

/** Every message the services publish or take, by its name. */
export const messages = {
  claimSubmitted,
  claimInformationProvided,
  claimApprovalDue,
  claimBenefitCheckDue,
  claimArchiveDue,
  oldClaimsArchiveDue,
  oldClaimsQueueingDue,
  oldClaimsReportDue,
  notifyClaimSubmitted,
  notifyBenefitCheckFailed,
  notifyClaimAccepted,
  notifyClaimRejected,
  notifyInformationRequested,
  notifyInformationReceived,
  notifyInformationReminder,
  notifyEvidenceReminder,
  notifyContactDetailsUpdated,
  notifyMalwareFound,
  notifyReferenceRecovery,
  notificationRequested,
  subjectChanged,
  provisioningDue,
  targetFillDue,
  helpRequested,
  prisonRegisterCheckDue,
  prisonChangeDue,
  prisonRegisterReportDue,
  webhookEventsDue,
  webhookDeliveryDue,
  scheduleDaily,
  schedulePaymentRun,
  scheduleAutoApproval,
  schedulePrisonRegister,
  scheduleLookUpNotifications,
  notificationFailed,
  jobMissed,
  prisonRegisterImported,
  webhookEndpointEnded,
  deadLetters,
  deliveriesExhausted,
} as const satisfies Record<string, MessageDefinition>
