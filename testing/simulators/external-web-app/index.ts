/**
 * A stand-in for the external web app: claims of many kinds with their rows and the end each must come to, submitted
 * as that app submits them. See README.md.
 */
import type { SubmittedClaim } from './submitted-claim.js'

export { claimEnds, type ClaimEnd, type UpstreamCalls } from './claim-ends.js'
export { claimKinds, type ClaimKind } from './claim-kinds.js'
export { claimOfKind } from './claim-of-kind.js'
export { claimDurations, openClaims, openMessages, type OpenMessage } from './claim-times.js'
export { differences, expectedBeforeDailyRun, isOfficeHours } from './differences.js'
export { insertDueClaims, type DueClaims, type DueTotals } from './due-claims.js'
export { nextClaimNumber } from './next-claim-number.js'
export { abandonedFile, insertOldData, type OldData } from './old-data.js'
export { submit, type SubmitOptions } from './submit.js'
export type { ExpectedEnd, Rows, SubmittedClaim } from './submitted-claim.js'

/** The answers the claims need of the benefit checker, for its simulator's `setStatusBySurname`. */
export const benefitAnswers = (claims: readonly SubmittedClaim[]): Record<string, string> =>
  Object.fromEntries(
    claims.flatMap(({ benefitAnswer: answer }) => (answer ? [[answer.surname, answer.status]] : [])),
  )
