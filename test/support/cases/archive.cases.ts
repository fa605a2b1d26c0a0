import { claimIds, ofEligibility, people, rowId } from '../claim-rows.js'
import { entriesOf, merge, type Row } from '../row-sets.js'
import type { Rows } from '../rows.js'

/** Claim `k`, from 1 to 4, of claimant `n`. */
export const archivableId = (n: number, k = 1): number => claimIds(n).ClaimId + k

/** The eligibility of claimant `n`, with everything that goes with the last claim. */
export function eligibilityRows(n: number): Rows {
  const ids = ofEligibility(n)
  const { visitor, prisoner } = people(n)
  const person = { FirstName: 'Osian', LastName: 'Wintermere', DateOfBirth: '2010-10-11 00:00:00' }
  const { HouseNumberAndStreet, Town, County, PostCode, Country } = visitor
  const parent = { ParentFirstName: 'Rosalind', ParentLastName: 'Keverne', ChildRelationship: 'my-child' }
  const child = { ...ids, ...person, ...parent, HouseNumberAndStreet, Town, County, PostCode, Country }
  return {
    'IntSchema.Eligibility': [
      { ...ids, Status: 'NEW', DateCreated: '2022-11-06 10:00:00', ReferenceDisabled: 0, IsTrusted: true },
    ],
    'IntSchema.Visitor': [{ VisitorId: 3000 + n, ...ids, ...visitor }],
    'IntSchema.Prisoner': [{ PrisonerId: 5000 + n, ...ids, ...prisoner, NomisCheck: 'APPROVED' }],
    'IntSchema.EligibleChild': [1, 2].map((k) => ({ EligibleChildId: 7000 + n * 10 + k, ...child })),
    'IntSchema.Benefit': [{ BenefitId: 9000 + n, ...ids, ...person, NationalInsuranceNumber: 'QQ135589B' }],
    'IntSchema.ClaimDocument': [{ ClaimDocumentId: rowId.document(n, 9), ...ids, ...file('hc2') }],
  }
}

/** A claim with rows in every table, disabled ones too, and rows that are the same but for their number. */
export function archivableRows(n: number, k = 1): Rows {
  const ids = { ...ofEligibility(n), ClaimId: archivableId(n, k) }
  const [first, second] = [rowId.expense(n, k * 2), rowId.expense(n, k * 2 + 1)]
  const [shown, hidden] = [rowId.document(n, k * 2 - 1), rowId.document(n, k * 2)]
  const person = { ...ids, FirstName: 'Maja', LastName: 'Brzezowska', DateOfBirth: '2016-04-02 00:00:00' }
  const number = (j: number) => n * 1000 + k * 10 + j
  const message = { ...ids, DateAdded: '2022-11-09 10:31:00', Event: 'MESSAGE', IsInternal: false }
  const topUp = { ClaimId: ids.ClaimId, Caseworker: 'cw@example.com', Reason: 'A taxi', TopUpAmount: 4.05 }
  return {
    'IntSchema.Claim': [{ ...ids, ...reviewed }],
    'IntSchema.ClaimBankDetail': [
      { ClaimBankDetailId: 60_000 + n * 10 + k, ...ids, AccountNumber: '58548652', NameOnAccount: 'Ms G B' },
    ],
    'IntSchema.ClaimExpense': [
      {
        ClaimExpenseId: first,
        ...ids,
        ExpenseType: 'train',
        Cost: 31.57,
        ApprovedCost: 31.5,
        IsEnabled: true,
      },
      { ClaimExpenseId: second, ...ids, ExpenseType: 'bus', Cost: 0.1, IsEnabled: false },
    ],
    'IntSchema.ClaimChild': [
      { ClaimChildId: 96_000 + n * 10 + k, ...person, Relationship: 'my-child', IsEnabled: false },
    ],
    'IntSchema.ClaimEscort': [{ ClaimEscortId: 97_000 + n * 10 + k, ...person, IsEnabled: true }],
    'IntSchema.ClaimDocument': [
      { ClaimDocumentId: shown, ...ids, ...file('VISIT-CONFIRMATION') },
      { ClaimDocumentId: hidden, ...ids, ...file('RECEIPT'), ClaimExpenseId: second, IsEnabled: false },
    ],
    'IntSchema.ClaimEvent': [
      { ClaimEventId: number(1), ...message, Event: 'REPLACED-PREVIOUS-DOCUMENT', ClaimDocumentId: hidden },
      { ClaimEventId: number(2), ...message, Note: 'Dziękuję & “thanks”' },
      { ClaimEventId: number(3), ...message, Note: 'Dziękuję & “thanks”' },
      { ClaimEventId: number(4), ...message, ClaimDocumentId: rowId.document(n, 9) },
    ],
    'IntSchema.ClaimDeduction': [true, false].map((IsEnabled, j) => ({
      ...{ ClaimDeductionId: number(j), ...ids, DeductionType: 'hc3', Amount: 2.5, IsEnabled },
    })),
    'IntSchema.TopUp': [
      { TopUpId: number(1), ...topUp, PaymentStatus: 'PENDING' },
      { TopUpId: number(2), ...topUp, PaymentStatus: 'PENDING' },
      { TopUpId: number(3), ...topUp, PaymentStatus: 'PROCESSED', PaymentDate: '2022-12-01 00:05:10' },
    ],
  }
}

const reviewed = {
  ClaimType: 'first-time',
  Status: 'APPROVED',
  IsAdvanceClaim: false,
  DateOfJourney: '2022-11-05 00:00:00',
  DateCreated: '2022-11-06 10:00:00.123',
  DateReviewed: '2022-11-10 15:00:00',
  PaymentAmount: 31.5,
  LastUpdated: '2022-11-10 15:00:00',
}

const file = (DocumentType: string) => ({
  ...{ DocumentType, DocumentStatus: 'uploaded', Filepath: `files/${DocumentType}.png` },
  ...{ DateSubmitted: '2022-11-06 10:20:00', IsEnabled: true },
})

export const archiveTask = (ClaimId: number, TaskId: number): Row => ({
  ...{ TaskId, Task: 'ARCHIVE-CLAIM', ClaimId },
  ...{ DateCreated: '2024-03-13 09:00:00', Status: 'PENDING' },
})

const numbered: Readonly<Record<string, string>> = {
  'IntSchema.ClaimEvent': 'ClaimEventId',
  'IntSchema.ClaimDeduction': 'ClaimDeductionId',
  'IntSchema.TopUp': 'TopUpId',
}

/** Rows as they are in the archive, under their tables' names there. */
export function inArchive(...sets: readonly Rows[]): Rows {
  const archived = entriesOf(merge(...sets)).map(([table, rows]) => {
    const key = numbered[table]
    return [`Archive.${table}`, rows.map((row) => (key ? { ...row, [key]: '@id' } : row))] as const
  })
  return Object.fromEntries(archived)
}
