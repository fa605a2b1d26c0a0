import type { ApprovalCase, PreviousClaim } from './approval-case.js'
import { type ApprovalConfig, type ApprovalDefaults, approvalSettings } from './approval-settings.rules.js'

/** The documented defaults of the settings. */
export const documentedDefaults: ApprovalDefaults = {
  autoApprovalEnabled: true,
  costVariancePercentage: 10,
  maxClaimTotal: 250_00,
  maxClaimsPerYear: 26,
  maxClaimsPerMonth: 4,
  numberOfConsecutiveAutoApprovals: 4,
  costPerMile: 30,
}

/** For tests: a configuration that says nothing but what is given. */
export const configWith = (columns: Partial<ApprovalConfig>): ApprovalConfig => ({
  AutoApprovalEnabled: null,
  CostVariancePercentage: null,
  MaxClaimTotal: null,
  MaxNumberOfClaimsPerYear: null,
  MaxNumberOfClaimsPerMonth: null,
  NumberOfConsecutiveAutoApprovals: null,
  CostPerMile: null,
  RulesDisabled: null,
  ...columns,
})

/** For tests: another claim of the eligibility, which by itself fails no rule. */
export function previousClaim(claimId: number, columns: Partial<PreviousClaim>): PreviousClaim {
  return {
    ClaimId: claimId,
    Status: 'AUTO-APPROVED',
    IsAdvanceClaim: false,
    IsOverpaid: null,
    DateOfJourney: '2024-01-27 00:00:00.000',
    DateSubmitted: '2024-01-29 12:30:00.000',
    DateReviewed: null,
    ...columns,
  }
}

export const manualClaim = previousClaim(22029, {
  Status: 'APPROVED',
  DateOfJourney: '2024-01-20 00:00:00.000',
  DateSubmitted: '2024-01-22 12:30:00.000',
  DateReviewed: '2024-01-25 15:10:00.000',
})

/** For tests: passes every rule, on a Wednesday at half past eleven. */
export const passingCase: ApprovalCase = {
  now: '2024-03-13 11:30:00.000',
  settings: approvalSettings(undefined, documentedDefaults),
  claim: {
    Reference: 'W9CVMWQ',
    ClaimType: 'repeat',
    Status: 'NEW',
    DateOfJourney: '2024-03-09 00:00:00.000',
    DateApproved: null,
    PaymentStatus: null,
  },
  expenses: [
    { ExpenseType: 'train', Cost: 20 },
    { ExpenseType: 'bus', Cost: 4.5 },
  ],
  children: [{ ClaimChildId: 901, DateOfBirth: '2010-05-06 00:00:00.000' }],
  documents: [
    { DocumentType: 'VISIT-CONFIRMATION', DocumentStatus: 'uploaded' },
    { DocumentType: 'RECEIPT', DocumentStatus: 'uploaded' },
  ],
  eligibility: { IsTrusted: true },
  prisoner: { NameOfPrison: 'maghaberry', ReleaseDateIsSet: true },
  regionOfPrison: 'NI',
  visitor: { EmailAddress: 'edith@example.com', BenefitExpiryDate: '2025-01-31 00:00:00.000' },
  previousClaims: [manualClaim],
  latestManuallyApprovedExpenses: [
    { ExpenseType: 'train', ApprovedCost: 19 },
    { ExpenseType: 'bus', ApprovedCost: 4.5 },
  ],
  otherClaimsOfReference: [manualClaim],
  eligibilitiesOnThisDate: 1,
}
