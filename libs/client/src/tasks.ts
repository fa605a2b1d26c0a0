import { feedbackTask, type TaskName } from '../../shared/src/contracts/tasks.js'
import { checkedId, checkedText, joined, optionalText } from './checks.js'
import { newClaimTask, newTask, type ClaimIds, type Task } from './task.js'

// Each function gives back the row to insert, and throws InvalidTaskError where the services would refuse it.

/** A claim, and the address of an email about it. */
export interface ClaimEmail extends ClaimIds {
  readonly emailAddress: string
}

const email = (name: TaskName, claim: ClaimEmail, table: Task['table'] = 'IntSchema.Task'): Task =>
  newClaimTask(table, name, claim, checkedText('emailAddress', claim.emailAddress))

/**
 * External web app: a claim was submitted. It moves to the internal schema, its journeys are costed, its benefit is
 * checked, and its claimant is sent an email.
 * @param claim its ids, and its type (`first-time`, `repeat`, …)
 */
export const completeClaim = (claim: ClaimIds & { readonly claimType: string }): Task =>
  newClaimTask('ExtSchema.Task', 'COMPLETE-CLAIM', claim, checkedText('claimType', claim.claimType))

/**
 * External web app: a claimant answered a request for information.
 * @param claim its ids, and the claimant's message if there is one
 */
export const requestInformationResponse = (
  claim: ClaimIds & { readonly message?: string | null | undefined },
): Task => {
  const message = optionalText('message', claim.message)
  return newClaimTask('ExtSchema.Task', 'REQUEST-INFORMATION-RESPONSE', claim, message || null)
}

/** Internal web app: a caseworker approved a claim; its claimant is sent an email. */
export const acceptClaimNotification = (claim: ClaimEmail): Task => email('ACCEPT-CLAIM-NOTIFICATION', claim)

/** Internal web app: a caseworker rejected a claim; its claimant is sent an email. */
export const rejectClaimNotification = (claim: ClaimEmail): Task => email('REJECT-CLAIM-NOTIFICATION', claim)

/** Internal web app: a caseworker asks for information; the claimant is sent an email. */
export const requestInformationClaimNotification = (claim: ClaimEmail): Task =>
  email('REQUEST-INFORMATION-CLAIM-NOTIFICATION', claim)

/**
 * Internal web app: a claimant's contact details were changed. One task tells one address: hand over two, for the
 * old address and for the new one.
 */
export const updatedContactDetailsNotification = (claim: ClaimEmail): Task =>
  email('UPDATED-CONTACT-DETAILS-CLAIM-NOTIFICATION', claim)

/**
 * External web app: an uploaded file has malware in it.
 * @param claim its ids, and the mailbox of those who look after the service
 */
export const sendMalwareAlert = (claim: ClaimEmail): Task =>
  email('SEND-MALWARE-ALERT', claim, 'ExtSchema.Task')

/** External web app: a claimant forgot the reference; it is sent to the address if both match a claimant's. */
export const referenceRecovery = (claimant: {
  readonly emailAddress: string
  readonly prisonNumber: string
}): Task =>
  newTask('ExtSchema.Task', 'REFERENCE_RECOVERY', {
    AdditionalData: joined({
      emailAddress: checkedText('emailAddress', claimant.emailAddress),
      prisonNumber: checkedText('prisonNumber', claimant.prisonNumber),
    }),
  })

/** External web app: somebody asks for help with the service; the helpdesk gets a ticket. */
export const technicalHelp = (request: {
  readonly name: string
  readonly emailAddress: string
  readonly issue: string
}): Task =>
  newTask('ExtSchema.Task', 'TECHNICAL_HELP_SUBMITTED', {
    AdditionalData: joined({
      name: checkedText('name', request.name),
      emailAddress: checkedText('emailAddress', request.emailAddress),
      issue: checkedText('issue', request.issue),
    }),
  })

/** External web app: somebody said how they like the service. Nothing follows; it is counted. */
export const feedback = (given: {
  readonly rating: string
  readonly improvements?: string | null | undefined
  readonly emailAddress?: string | null | undefined
}): Task =>
  newTask('ExtSchema.Task', feedbackTask, {
    AdditionalData: joined({
      rating: checkedText('rating', given.rating),
      improvements: optionalText('improvements', given.improvements),
      emailAddress: optionalText('emailAddress', given.emailAddress),
    }),
  })

/** Operators: every claim that was last reviewed long enough ago moves to the archive. */
export const archiveOldClaims = (): Task => newTask('IntSchema.Task', 'ARCHIVE-OLD-CLAIMS')

/** Operators: one claim moves to the archive. */
export const archiveClaim = ({ claimId }: Pick<ClaimIds, 'claimId'>): Task =>
  newTask('IntSchema.Task', 'ARCHIVE-CLAIM', { ClaimId: checkedId('claimId', claimId) })
