import { type LocalTime, normalise } from '#shared/clock'
import { claimStatus, sameStatus } from '#shared/claims'
import type { Row } from '#shared/database'
import type { ApprovalSettings } from './approval-settings.rules.js'

/** A claim that the claim in hand is compared with. */
export type PreviousClaim = Pick<
  Row<'IntSchema.Claim'>,
  'ClaimId' | 'Status' | 'IsAdvanceClaim' | 'IsOverpaid' | 'DateOfJourney' | 'DateSubmitted' | 'DateReviewed'
>

/**
 * All that a decision on automatic approval needs to know, read at one moment. "Enabled" rows are those whose
 * `IsEnabled` is true. Money is in pounds, as the rows hold it; the rules turn it into pence.
 */
export interface ApprovalCase {
  /** The London wall clock. */
  readonly now: LocalTime
  /** `approvalSettings` of the newest (by `DateCreated`) enabled `AutoApprovalConfig`, if there is one. */
  readonly settings: ApprovalSettings
  /** `Claim` by the claim's id. */
  readonly claim: Pick<
    Row<'IntSchema.Claim'>,
    'Reference' | 'ClaimType' | 'Status' | 'DateOfJourney' | 'DateApproved' | 'PaymentStatus'
  >
  /** Enabled `ClaimExpense` rows by `ClaimId`. */
  readonly expenses: readonly Pick<Row<'IntSchema.ClaimExpense'>, 'ExpenseType' | 'Cost'>[]
  /** Enabled `ClaimChild` rows by `ClaimId`. */
  readonly children: readonly Pick<Row<'IntSchema.ClaimChild'>, 'ClaimChildId' | 'DateOfBirth'>[]
  /** Enabled `ClaimDocument` rows of the case (`isDocumentOfCase`), those of an expense included. */
  readonly documents: readonly Pick<Row<'IntSchema.ClaimDocument'>, 'DocumentType' | 'DocumentStatus'>[]
  /** `Eligibility` by the claim's `EligibilityId`. */
  readonly eligibility: Pick<Row<'IntSchema.Eligibility'>, 'IsTrusted'>
  /** `Prisoner` by the claim's `EligibilityId`. */
  readonly prisoner: Pick<Row<'IntSchema.Prisoner'>, 'NameOfPrison' | 'ReleaseDateIsSet'>
  /** Of the prison that `prisoner` names; undefined where the register does not know it. */
  readonly regionOfPrison: string | undefined
  /** `Visitor` by the claim's `EligibilityId`. */
  readonly visitor: Pick<Row<'IntSchema.Visitor'>, 'EmailAddress' | 'BenefitExpiryDate'>
  /** Every other `Claim` of the same `EligibilityId`, whatever its status, in any order. */
  readonly previousClaims: readonly PreviousClaim[]
  /**
   * Every `ClaimExpense`, whatever its `IsEnabled`, of `latestManuallyApprovedClaim(previousClaims)`; undefined
   * when there is no such claim.
   */
  readonly latestManuallyApprovedExpenses:
    | readonly Pick<Row<'IntSchema.ClaimExpense'>, 'ExpenseType' | 'ApprovedCost'>[]
    | undefined
  /** Every other `Claim` of the same `Reference`, whatever its eligibility, in any order. */
  readonly otherClaimsOfReference: readonly Pick<
    Row<'IntSchema.Claim'>,
    'ClaimId' | 'Status' | 'DateSubmitted'
  >[]
  /**
   * How many different `EligibilityId`s have a claim whose `DateOfJourney` is on this claim's day and a
   * `Prisoner` with this `PrisonNumber`; the claim's own eligibility is one of them.
   */
  readonly eligibilitiesOnThisDate: number
}

type ManualClaim = Pick<PreviousClaim, 'ClaimId' | 'Status' | 'IsAdvanceClaim' | 'DateReviewed'>

/** The previous claim that a caseworker approved or rejected last; advance claims do not count. */
export const latestManualClaim = <Claim extends ManualClaim>(previousClaims: readonly Claim[]) =>
  latestReviewed(previousClaims, [claimStatus.approved, claimStatus.rejected])

/**
 * The previous claim that a caseworker approved last; advance claims do not count. Its expenses are what
 * `ApprovalCase.latestManuallyApprovedExpenses` asks for.
 */
export const latestManuallyApprovedClaim = <Claim extends ManualClaim>(previousClaims: readonly Claim[]) =>
  latestReviewed(previousClaims, [claimStatus.approved])

/** Of two reviewed at the same moment, the one with the higher id. */
function latestReviewed<Claim extends ManualClaim>(
  claims: readonly Claim[],
  statuses: readonly string[],
): Claim | undefined {
  let latest: { claim: Claim; reviewed: LocalTime } | undefined
  for (const claim of claims) {
    if (claim.DateReviewed === null || claim.IsAdvanceClaim === true) continue
    if (!statuses.some((status) => sameStatus(claim.Status, status))) continue
    const reviewed = normalise(claim.DateReviewed)
    const isLater =
      latest === undefined ||
      reviewed > latest.reviewed ||
      (reviewed === latest.reviewed && claim.ClaimId > latest.claim.ClaimId)
    if (isLater) latest = { claim, reviewed }
  }
  return latest?.claim
}
