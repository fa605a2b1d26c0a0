import type { ApprovalRule } from './approval-rule.js'
import { areChildrenUnder18 } from './are-children-under-18.js'
import { claimantHasNotBeenOverpaid } from './claimant-has-not-been-overpaid.js'
import { costAndVarianceEqualOrLessThanFirstTimeClaim } from './cost-and-variance-equal-or-less-than-first-time-claim.js'
import { doExpensesMatchFirstTimeClaim } from './do-expenses-match-first-time-claim.js'
import { hasClaimedLessThanMaxTimesThisMonth } from './has-claimed-less-than-max-times-this-month.js'
import { hasClaimedLessThanMaxTimesThisYear } from './has-claimed-less-than-max-times-this-year.js'
import { hasUploadedPrisonVisitConfirmationAndReceipts } from './has-uploaded-prison-visit-confirmation-and-receipts.js'
import { isBenefitExpiryDateInFuture } from './is-benefit-expiry-date-in-future.js'
import { isClaimSubmittedWithinTimeLimit } from './is-claim-submitted-within-time-limit.js'
import { isClaimTotalUnderLimit } from './is-claim-total-under-limit.js'
import { isClaimantTrusted } from './is-claimant-trusted.js'
import { isLatestManualClaimApproved } from './is-latest-manual-claim-approved.js'
import { isNoPreviousPendingClaim } from './is-no-previous-pending-claim.js'
import { isPrisonNotInGuernseyJersey } from './is-prison-not-in-guernsey-jersey.js'
import { isReleaseDateSet } from './is-release-date-set.js'
import { isVisitInPast } from './is-visit-in-past.js'
import { prisonerNotVisitedOnThisDate } from './prisoner-not-visited-on-this-date.js'
import { visitDateDifferentToPreviousClaims } from './visit-date-different-to-previous-claims.js'

/** Every rule, in the order in which failures are reported. */
export const approvalRules: readonly ApprovalRule[] = [
  areChildrenUnder18,
  claimantHasNotBeenOverpaid,
  costAndVarianceEqualOrLessThanFirstTimeClaim,
  doExpensesMatchFirstTimeClaim,
  hasClaimedLessThanMaxTimesThisYear,
  hasClaimedLessThanMaxTimesThisMonth,
  hasUploadedPrisonVisitConfirmationAndReceipts,
  isClaimSubmittedWithinTimeLimit,
  isClaimTotalUnderLimit,
  isClaimantTrusted,
  isLatestManualClaimApproved,
  isNoPreviousPendingClaim,
  isPrisonNotInGuernseyJersey,
  isVisitInPast,
  visitDateDifferentToPreviousClaims,
  isReleaseDateSet,
  prisonerNotVisitedOnThisDate,
  isBenefitExpiryDateInFuture,
]
