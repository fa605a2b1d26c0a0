import { addYears, dayOf } from '#shared/clock'
import { claimStatus, paymentStatus } from '#shared/claims'
import {
  daysAgo,
  eligibility,
  journeyByTrain,
  key,
  midnight,
  prisoner,
  visitor,
  type Draft,
} from './draft.js'
import type { Rows } from './submitted-claim.js'

/** An eligibility that came with an earlier claim, which a caseworker approved about three months ago, and which was paid. */
export function establishedRows(draft: Draft): Rows {
  const journey = daysAgo(draft, 100)
  const earlier = { ...key(draft), ClaimId: draft.claimId + 1 }
  return {
    'IntSchema.Eligibility': [
      {
        ...eligibility(draft, daysAgo(draft, 98)),
        Status: claimStatus.approved,
        IsTrusted: !draft.kind.untrusted,
      },
    ],
    'IntSchema.Prisoner': [
      {
        ...prisoner(draft),
        NomisCheck: 'APPROVED',
        ReleaseDateIsSet: true,
        ReleaseDate: midnight(addYears(dayOf(draft.now), 3)),
      },
    ],
    'IntSchema.Visitor': [
      { ...visitor(draft), BenefitExpiryDate: midnight(addYears(dayOf(draft.now), 1)), DWPCheck: 'APPROVED' },
    ],
    'IntSchema.Claim': [
      {
        ...earlier,
        ClaimType: 'first-time',
        Status: claimStatus.approved,
        IsAdvanceClaim: false,
        DateOfJourney: journey,
        DateCreated: daysAgo(draft, 98),
        DateSubmitted: daysAgo(draft, 98),
        DateReviewed: daysAgo(draft, 95),
        DateApproved: daysAgo(draft, 95),
        PaymentMethod: 'bank',
        // Long ago, by a run before these services: no run of theirs has to pay it.
        PaymentStatus: paymentStatus.processed,
        PaymentAmount: 20,
        PaymentDate: daysAgo(draft, 94),
        Caseworker: 'caseworker@example.com',
        LastUpdated: daysAgo(draft, 95),
      },
    ],
    'IntSchema.ClaimExpense': [
      {
        ClaimExpenseId: draft.claimId + 1,
        ...earlier,
        ...journeyByTrain(draft),
        ApprovedCost: 20,
        Status: claimStatus.approved,
        IsEnabled: true,
      },
    ],
  }
}
