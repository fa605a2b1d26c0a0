import { claimIds, inside, firstTimeClaim, ofClaim, ofEligibility, people } from './claim-rows.js'
import type { Row } from './row-sets.js'
import type { Rows } from './rows.js'

/** An invented claimant whose claim the payment run looks at. */
export interface PayableClaim {
  readonly about: string
  /** Columns of the claim other than those of an approved one that is to be paid to a bank. */
  readonly claim?: Row
  /** Approved costs, or rows of expenses. */
  readonly expenses?: readonly (number | Row)[]
  readonly deductions?: readonly Row[]
  /** Columns of bank details, the oldest first. */
  readonly banks?: readonly Row[]
  readonly topUps?: readonly Row[]
  /** Null: there is no visitor. */
  readonly country?: string | null
  /** What the claim has afterwards, and had not before. */
  readonly claimThen?: Row
  /** What each top-up has afterwards. */
  readonly topUpsThen?: readonly Row[]
}

export const topUpId = (n: number, k = 0): number => 600_000 + n * 10 + k

/** The account of claim `n`, that is nobody's. */
export const accountOf = (n: number) => ({
  SortCode: String(110_000 + n),
  AccountNumber: String(10_000_000 + n),
  NameOnAccount: `Payee Number ${n}`,
})

/** The rows of claimant `n`. */
export function payableRows(n: number, given: Omit<PayableClaim, 'about'>): Rows {
  const { expenses = [10], deductions = [], banks = [{}], topUps = [], country = 'England' } = given
  return {
    'IntSchema.Eligibility': inside(firstTimeClaim(n))['IntSchema.Eligibility'] ?? [],
    'IntSchema.Visitor':
      country === null
        ? []
        : [{ VisitorId: 3000 + n, ...ofEligibility(n), ...people(n).visitor, Country: country }],
    'IntSchema.Claim': [filled({ ...ofClaim(n), ...approvedClaim, ...given.claim })],
    'IntSchema.ClaimExpense': expenses.map((expense, k) =>
      filled({
        ...{ ClaimExpenseId: 400_000 + n * 10 + k, ...ofClaim(n), ExpenseType: 'train', Cost: 10 },
        ...{ IsEnabled: true, IsReturn: false, Status: 'APPROVED' },
        ...(typeof expense === 'number' ? { ApprovedCost: expense } : expense),
      }),
    ),
    'IntSchema.ClaimBankDetail': banks.map((bank, k) =>
      filled({ ClaimBankDetailId: 700_000 + n * 10 + k, ...ofClaim(n), ...accountOf(n), ...bank }),
    ),
    'IntSchema.ClaimDeduction': deductions.map((deduction, k) => ({
      ...{ ClaimDeductionId: 500_000 + n * 10 + k, ...ofClaim(n), DeductionType: 'hc3', IsEnabled: true },
      ...deduction,
    })),
    'IntSchema.TopUp': topUps.map((topUp, k) => ({
      ...{ TopUpId: topUpId(n, k), ClaimId: claimIds(n).ClaimId, PaymentStatus: 'PENDING' },
      ...{ Caseworker: 'caseworker@example.com', Reason: 'Toll', DateAdded: '2024-03-12 14:00:00' },
      ...topUp,
    })),
  }
}

const approvedClaim = {
  ...{ ClaimType: 'first-time', Status: 'APPROVED', IsAdvanceClaim: false, PaymentMethod: 'bank' },
  DateOfJourney: '2024-03-02 00:00:00',
  DateCreated: '2024-03-03 10:00:00',
  DateSubmitted: '2024-03-03 10:30:00',
  DateReviewed: '2024-03-08 14:00:00',
  DateApproved: '2024-03-08 14:00:00',
  LastUpdated: '2024-03-08 14:00:00',
}

const filled = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined))
