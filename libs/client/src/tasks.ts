import { feedbackTask } from '../../shared/src/contracts/tasks.js'
import {
  checkedAddress,
  checkedClaimType,
  checkedId,
  checkedObject,
  checkedText,
  joined,
  longest,
  optionalAddress,
  optionalText,
} from './checks.js'
import type { ClaimType } from './claim-type.js'
import { newClaimTask, newTask, type ClaimIds, type Task } from './task.js'

export type { ClaimEmail } from './claim-email.js'
export * from './claim-tasks.js'
export { subjectChanged, type SubjectChanged } from './subject-tasks.js'
export { notification, type NotificationRequest, type PersonalisationValue } from './notification-tasks.js'

// Each function gives back the row to insert, and throws InvalidTaskError where the services would refuse it, or
// lose a part of it.

/**
 * External web app: a claim was submitted. It moves to the internal schema, its journeys are costed, its benefit is
 * checked, and its claimant is sent an email.
 * @param claim its ids, and its type (`first-time`, `repeat`, …)
 */
export const completeClaim = (claim: ClaimIds & { readonly claimType: ClaimType }): Task =>
  newClaimTask('COMPLETE-CLAIM', claim, ({ claimType }) => checkedClaimType(claimType))

/**
 * External web app: a claimant answered a request for information.
 * @param claim its ids, and the claimant's message if there is one
 */
export const requestInformationResponse = (
  claim: ClaimIds & { readonly message?: string | null | undefined },
): Task =>
  newClaimTask('REQUEST-INFORMATION-RESPONSE', claim, ({ message }) => {
    const text = optionalText('message', message, longest.message)
    return text === '' ? null : text
  })

/** External web app: a claimant forgot the reference; it is sent to the address if both match a claimant's. */
export function referenceRecovery(claimant: {
  readonly emailAddress: string
  readonly prisonNumber: string
}): Task {
  const { emailAddress, prisonNumber } = checkedObject('claimant', claimant)
  return newTask('REFERENCE_RECOVERY', {
    AdditionalData: joined({
      emailAddress: checkedAddress('emailAddress', emailAddress),
      prisonNumber: checkedText('prisonNumber', prisonNumber, longest.prisonNumber),
    }),
  })
}

/** External web app: somebody asks for help with the service; the helpdesk gets a ticket. */
export function technicalHelp(request: {
  readonly name: string
  readonly emailAddress: string
  readonly issue: string
}): Task {
  const { name, emailAddress, issue } = checkedObject('request', request)
  return newTask('TECHNICAL_HELP_SUBMITTED', {
    AdditionalData: joined({
      name: checkedText('name', name),
      emailAddress: checkedAddress('emailAddress', emailAddress),
      issue: checkedText('issue', issue),
    }),
  })
}

/** External web app: somebody said how they like the service. Nothing follows; it is counted. */
export function feedback(given: {
  readonly rating: string
  readonly improvements?: string | null | undefined
  readonly emailAddress?: string | null | undefined
}): Task {
  const { rating, improvements, emailAddress } = checkedObject('given', given)
  return newTask(feedbackTask, {
    AdditionalData: joined({
      rating: checkedText('rating', rating),
      improvements: optionalText('improvements', improvements),
      emailAddress: optionalAddress('emailAddress', emailAddress),
    }),
  })
}

/** Operators: every claim that was last reviewed long enough ago moves to the archive. */
export const archiveOldClaims = (): Task => newTask('ARCHIVE-OLD-CLAIMS')

/** Operators: one claim moves to the archive. */
export const archiveClaim = (claim: Pick<ClaimIds, 'claimId'>): Task =>
  newTask('ARCHIVE-CLAIM', {
    ClaimId: checkedId('claimId', checkedObject('claim', claim).claimId),
  })
