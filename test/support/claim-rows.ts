import type { TableName } from '#shared/database'
import { edit, entriesOf, merge, set, type Row } from './row-sets.js'
import type { Rows } from './rows.js'

/**
 * Rows of invented claims. Claim number `n` has ids, a reference and a prisoner of its own, so that many of them
 * can be under way at once. Numbers rise through a file: what the services number themselves stays below the next.
 */
export function claimIds(n: number) {
  const Reference = `K${String(n).padStart(4, '0')}RW`
  return { Reference, EligibilityId: 1000 + n, ClaimId: 20_000 + n * 10 }
}

/** Ids of the rows of claim `n`, each kind in a range of its own; `k` from 0 to 9. */
export const rowId = {
  expense: (n: number, k = 1) => 400_000 + n * 10 + k,
  document: (n: number, k = 1) => 800_000 + n * 10 + k,
  task: (n: number, k = 0) => n * 1000 + k,
}

/** The approved claim that came before claim `n`. */
export const earlierClaimId = (n: number) => claimIds(n).ClaimId - 1

/** The columns that every row of a claim begins with. */
export const ofClaim = claimIds
export function ofEligibility(n: number) {
  const { Reference, EligibilityId } = claimIds(n)
  return { Reference, EligibilityId }
}

/** Whose claim number `n` is. Visitors' towns and prisons are such that no two facts are the same text. */
export function people(n: number) {
  const number = String(n).padStart(4, '0')
  return {
    prisoner: {
      FirstName: 'Declan',
      LastName: `Kilbrannan-${number}`,
      DateOfBirth: '1985-02-28 00:00:00',
      PrisonNumber: `A${number}BD`,
      NameOfPrison: 'altcourse',
    },
    visitor: {
      FirstName: 'Chloé',
      LastName: `Tregothnan-${number}`,
      NationalInsuranceNumber: `QQ10${number}B`,
      HouseNumberAndStreet: 'Flat 2/1, 19 Kelp Street',
      Town: 'Glasbrae',
      County: 'Cumbria',
      PostCode: 'CA99 4QT',
      Country: 'England',
      EmailAddress: `chloe.${number}@example.org`,
      PhoneNumber: `07700 90${number}`,
      DateOfBirth: '1963-06-12 00:00:00',
      Relationship: 'husband',
      Benefit: 'universal-credit',
      BenefitOwner: 'yes',
    },
  }
}

/** A first claim as the external web app submits it, everything in order, paid to a bank account. */
export function firstTimeClaim(n: number): Rows {
  const { prisoner, visitor } = people(n)
  const dates = { DateCreated: '2024-03-11 19:02:11', DateSubmitted: '2024-03-11 19:41:55' }
  return {
    'ExtSchema.Eligibility': [{ ...ofEligibility(n), ...dates, Status: 'SUBMITTED' }],
    'ExtSchema.Prisoner': [{ PrisonerId: 5000 + n, ...ofEligibility(n), ...prisoner }],
    'ExtSchema.Visitor': [{ VisitorId: 3000 + n, ...ofEligibility(n), ...visitor }],
    ...submittedClaim(n, 'first-time'),
  }
}

/** The claim alone, and its task: of an eligibility that is wherever it is. */
export function submittedClaim(n: number, ClaimType: string): Rows {
  const ids = ofClaim(n)
  const enabled = { ...ids, IsEnabled: true }
  const journey = { From: 'Glasbrae', To: 'altcourse', IsReturn: true }
  const uploaded = { ...enabled, DocumentStatus: 'uploaded', DateSubmitted: '2024-03-11 19:30:00' }
  const file = `${ids.Reference}/${ids.ClaimId}`
  return {
    'ExtSchema.Claim': [
      {
        ...ids,
        ClaimType,
        Status: 'SUBMITTED',
        IsAdvanceClaim: false,
        DateOfJourney: '2024-03-09 00:00:00',
        DateCreated: '2024-03-11 19:20:00',
        DateSubmitted: '2024-03-11 19:41:55',
        PaymentMethod: 'bank',
      },
    ],
    'ExtSchema.ClaimExpense': [
      { ClaimExpenseId: rowId.expense(n, 1), ...enabled, ExpenseType: 'train', Cost: 20, ...journey },
      { ClaimExpenseId: rowId.expense(n, 2), ...enabled, ExpenseType: 'bus', Cost: 4.5, ...journey },
    ],
    'ExtSchema.ClaimBankDetail': [
      {
        ClaimBankDetailId: 60_000 + n,
        ...ids,
        AccountNumber: `7777${String(n).padStart(4, '0')}`,
        SortCode: '104447',
        NameOnAccount: `Ms C Tregothnan-${String(n).padStart(4, '0')}`,
      },
    ],
    'ExtSchema.ClaimDocument': [
      {
        ClaimDocumentId: rowId.document(n, 1),
        ...uploaded,
        DocumentType: 'VISIT-CONFIRMATION',
        Filepath: `${file}/visit-confirmation-1.png`,
      },
      {
        ClaimDocumentId: rowId.document(n, 2),
        ...uploaded,
        DocumentType: 'RECEIPT',
        Filepath: `${file}/receipt.jpg`,
        ClaimExpenseId: rowId.expense(n, 1),
      },
    ],
    'ExtSchema.Task': [pendingTask(n, 'COMPLETE-CLAIM', { AdditionalData: ClaimType })],
  }
}

/** A task of claim `n` as a web app inserts it. */
export const pendingTask = (n: number, name: string, columns: Row = {}): Row => ({
  TaskId: rowId.task(n),
  Task: name,
  ...ofClaim(n),
  DateCreated: '2024-03-13 09:00:00',
  Status: 'PENDING',
  ...columns,
})

/** A claimant the internal schema knows and trusts, with an earlier claim that a caseworker approved. */
export function settledClaimant(n: number): Rows {
  const { prisoner, visitor } = people(n)
  const earlier = { ...ofClaim(n), ClaimId: earlierClaimId(n) }
  const expense = { ...earlier, IsEnabled: true, IsReturn: false, Status: 'APPROVED' }
  const released = { NomisCheck: 'APPROVED', ReleaseDateIsSet: true, ReleaseDate: '2027-09-30 00:00:00' }
  const dates = { DateCreated: '2023-06-02 10:11:12', DateSubmitted: '2023-06-02 10:40:00' }
  return {
    'IntSchema.Eligibility': [{ ...ofEligibility(n), ...dates, Status: 'NEW', IsTrusted: true }],
    'IntSchema.Prisoner': [{ PrisonerId: 5000 + n, ...ofEligibility(n), ...prisoner, ...released }],
    'IntSchema.Visitor': [
      { VisitorId: 3000 + n, ...ofEligibility(n), ...visitor, BenefitExpiryDate: '2025-01-31 00:00:00' },
    ],
    'IntSchema.Claim': [{ ...earlier, ...earlierClaim }],
    'IntSchema.ClaimExpense': [
      { ClaimExpenseId: rowId.expense(n, 8), ...expense, ExpenseType: 'train', Cost: 21, ApprovedCost: 19 },
      { ClaimExpenseId: rowId.expense(n, 9), ...expense, ExpenseType: 'bus', Cost: 4.5, ApprovedCost: 4.5 },
    ],
  }
}

const earlierClaim = {
  ClaimType: 'first-time',
  Status: 'APPROVED',
  IsAdvanceClaim: false,
  DateOfJourney: '2024-01-20 00:00:00',
  DateCreated: '2024-01-22 12:00:00',
  DateSubmitted: '2024-01-22 12:30:00',
  PaymentMethod: 'bank',
  LastUpdated: '2024-01-25 15:10:00',
  Caseworker: 'caseworker@example.com',
  DateReviewed: '2024-01-25 15:10:00',
  DateApproved: '2024-01-25 15:10:00',
  PaymentStatus: 'PROCESSED',
  PaymentDate: '2024-01-26 00:05:10',
}

/** Another claim of the eligibility of claim `n`, `k` from 0 to 99: neither approved nor rejected. */
export const previousClaim = (n: number, k: number, columns: Row): Row => ({
  ...ofClaim(n),
  ClaimId: 2_000_000 + n * 100 + k,
  ClaimType: 'repeat',
  Status: 'REQUEST-INFORMATION',
  IsAdvanceClaim: false,
  DateOfJourney: '2024-02-10 00:00:00',
  DateCreated: '2024-02-12 12:00:00',
  DateSubmitted: '2024-02-12 12:30:00',
  PaymentMethod: 'bank',
  LastUpdated: '2024-02-12 12:30:00',
  ...columns,
})

/** A settled claimant's next claim, submitted. */
export const repeatClaim = (n: number): Rows => merge(settledClaimant(n), submittedClaim(n, 'repeat'))

/** A settled claimant's next claim in the internal schema, its benefit to be checked. It passes every rule. */
export function checkableClaim(n: number): Rows {
  const claim = edit(inside(submittedClaim(n, 'repeat')), {
    'IntSchema.Claim': set({ Status: 'NEW', LastUpdated: '2024-03-11 19:45:00' }),
  })
  return merge(settledClaimant(n), claim, { 'IntSchema.Task': [pendingTask(n, 'DWP-CHECK')] })
}

/** The rows of the external schema as if they were in the internal one; no tasks and no contact details. */
export function inside(rows: Rows): Rows {
  const stays = ['Task', 'EligibilityVisitorUpdateContactDetail']
  const moved = entriesOf(rows).flatMap(([table, list]) => {
    const [schema, name = ''] = table.split('.')
    return schema === 'ExtSchema' && !stays.includes(name)
      ? [[`IntSchema.${name}` as TableName, list] as const]
      : []
  })
  return Object.fromEntries(moved)
}
