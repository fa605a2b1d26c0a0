// Made from the code by `npm run generate`: changes by hand are lost.

import { addressOf, type ClaimEmail } from './claim-email.js'
import { newClaimTask, type Task } from './task.js'

/**
 * Internal web app: a caseworker approved a claim; its claimant is sent an email.
 */
export const acceptClaimNotification = (claim: ClaimEmail): Task =>
  newClaimTask('ACCEPT-CLAIM-NOTIFICATION', claim, addressOf)

/**
 * Internal web app: a caseworker rejected a claim; its claimant is sent an email.
 */
export const rejectClaimNotification = (claim: ClaimEmail): Task =>
  newClaimTask('REJECT-CLAIM-NOTIFICATION', claim, addressOf)

/**
 * Internal web app: a caseworker asks for information; the claimant is sent an email.
 */
export const requestInformationClaimNotification = (claim: ClaimEmail): Task =>
  newClaimTask('REQUEST-INFORMATION-CLAIM-NOTIFICATION', claim, addressOf)

/**
 * Internal web app: a claimant’s contact details were changed; one task tells one address.
 * @param claim its ids, and the address once for the old address, and once for the new one
 */
export const updatedContactDetailsNotification = (claim: ClaimEmail): Task =>
  newClaimTask('UPDATED-CONTACT-DETAILS-CLAIM-NOTIFICATION', claim, addressOf)

/**
 * External web app: an uploaded file has malware in it.
 * @param claim its ids, and the address of those who look after the service
 */
export const sendMalwareAlert = (claim: ClaimEmail): Task =>
  newClaimTask('SEND-MALWARE-ALERT', claim, addressOf)
