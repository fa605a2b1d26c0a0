export { statusChange } from './change-status.js'
export { claimEventRow, insertClaimEvent, type ClaimEventDetails } from './claim-events.js'
export { deleteExternalClaim } from './delete-external-claim.js'
