export { statusChange } from './change-status.js'
export {
  claimEventRow,
  insertClaimEvent,
  insertClaimEventWhere,
  type ClaimEventDetails,
} from './claim-events.js'
export {
  deleteExternalClaim,
  deleteExternalClaims,
  deleteExternalEligibilities,
  deleteExternalRest,
  type EligibilityRef,
} from './delete-external-claim.js'
export { isDocumentOfCase } from './documents-of-case.js'
export { isClaimIn } from './is-claim-in.js'
export { answer, isBusy, isOpen, isUnderWay, type ClaimIdColumn, type SameTask } from './open-work.js'
export * from './claim-words.js'
export { decisionOf, followUpDecision } from './tell-decision.js'
