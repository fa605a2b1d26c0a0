import { addDays, dayOf, type LocalTime } from '#shared/clock'
import type { DatabaseConnection, TableName } from '#shared/database'
import { midnight } from './draft.js'
import { insertTogether } from './insert-together.js'
import { homeOf, phoneOf, prisonerOf, visitorOf } from './people.js'

export interface OldData {
  /** Reviewed claims in the internal schema, two of each eligibility. */
  readonly reviewed: number
  /** Claims in the external schema that were begun and never submitted, each with an eligibility and a document. */
  readonly abandoned: number
  /** How old they are, in days before `now`: since their review, or since they were begun. */
  readonly days: number
  readonly now: LocalTime
  /** The first claim's number; ids and references come from it, so that several sets do not meet. */
  readonly first: number
}

const rowsAtOnce = 1_000

/** Fills the database with what a large day finds, a thousand claims a transaction. To be done once for a number. */
export async function insertOldData(connection: DatabaseConnection, data: OldData): Promise<void> {
  await insertAll(connection, data.first, data.reviewed, (numbers) => reviewedRows(numbers, data))
  await insertAll(connection, data.first, data.abandoned, (numbers) => abandonedRows(numbers, data))
}

/** The stored file of an abandoned claim's document. */
export const abandonedFile = (number: number): string => `${referenceOf(number)}/${number}/tickets.png`

export type RowSets = Partial<Record<TableName, object[]>>

/** Inserts the rows of numbers from `first` on, a thousand numbers a transaction. */
export async function insertAll(
  { db, dialect }: DatabaseConnection,
  first: number,
  count: number,
  rowsOf: (numbers: readonly number[]) => RowSets,
): Promise<void> {
  for (let done = 0; done < count; done += rowsAtOnce) {
    const length = Math.min(rowsAtOnce, count - done)
    const rows = rowsOf(Array.from({ length }, (_, i) => first + done + i))
    await db.transaction().execute(async (transaction) => {
      for (const [table, list] of Object.entries(rows))
        await insertTogether(transaction, dialect, table as TableName, list)
    })
  }
}

export const referenceOf = (number: number): string =>
  `L${number.toString(36).toUpperCase().padStart(6, '0')}`
const ago = ({ now, days }: OldData): LocalTime => midnight(addDays(dayOf(now), -days - 1))

/** Claims 2k and 2k + 1 share an eligibility; every fifth has a top-up and a deduction, every third disabled rows. */
function reviewedRows(numbers: readonly number[], data: OldData): RowSets {
  const when = ago(data)
  const eligibilities = numbers.filter((number) => number % 2 === 0)
  const key = (number: number) => {
    const id = number - (number % 2)
    return { EligibilityId: id, Reference: referenceOf(id) }
  }
  const claimKey = (number: number) => ({ ...key(number), ClaimId: number })
  const everyFifth = numbers.filter((number) => number % 5 === 0)
  return {
    'IntSchema.Eligibility': eligibilities.map((number) => ({
      ...key(number),
      ...{ Status: 'NEW', IsTrusted: true, DateCreated: when, DateSubmitted: when },
    })),
    'IntSchema.Visitor': eligibilities.map((number) => ({
      VisitorId: number,
      ...key(number),
      ...visitor(number),
    })),
    'IntSchema.Prisoner': eligibilities.map((number) => ({
      PrisonerId: number,
      ...key(number),
      ...prisonerOf(number),
    })),
    'IntSchema.Claim': numbers.map((number) => ({
      ...claimKey(number),
      ...{ ClaimType: 'repeat', Status: 'APPROVED', IsAdvanceClaim: false, PaymentMethod: 'bank' },
      ...{
        DateOfJourney: when,
        DateCreated: when,
        DateSubmitted: when,
        DateReviewed: when,
        LastUpdated: when,
      },
    })),
    'IntSchema.ClaimExpense': numbers.map((number) => ({
      ...{
        ClaimExpenseId: number,
        ...claimKey(number),
        ExpenseType: 'train',
        Cost: 12.5,
        ApprovedCost: 12.5,
      },
      IsEnabled: number % 3 !== 0,
    })),
    'IntSchema.ClaimBankDetail': numbers.map((number) => ({
      ...{ ClaimBankDetailId: number, ...claimKey(number), NameOnAccount: visitorOf(number).lastName },
      ...{ AccountNumber: '00001234', SortCode: '001122' },
    })),
    'IntSchema.ClaimDocument': numbers.map((number) => ({
      ...{
        ClaimDocumentId: number,
        ...claimKey(number),
        DocumentType: 'RECEIPT',
        DocumentStatus: 'uploaded',
      },
      ...{ Filepath: abandonedFile(number), DateSubmitted: when, IsEnabled: number % 3 !== 0 },
    })),
    'IntSchema.ClaimEvent': numbers.flatMap((number) => [
      { ...claimKey(number), DateAdded: when, Event: 'CLAIM-SUBMITTED', IsInternal: true },
      { ...claimKey(number), DateAdded: when, Event: 'CLAIM-APPROVED', IsInternal: false },
    ]),
    'IntSchema.ClaimDeduction': everyFifth.map((number) => ({
      ...claimKey(number),
      ...{ DeductionType: 'hc3', Amount: 2.5, IsEnabled: true },
    })),
    'IntSchema.TopUp': everyFifth.map((number) => ({
      ...{ ClaimId: number, PaymentStatus: 'PROCESSED', Caseworker: 'caseworker@example.com' },
      ...{ Reason: 'A ticket was dearer', TopUpAmount: 1.5, DateAdded: when, PaymentDate: when },
    })),
  }
}

function abandonedRows(numbers: readonly number[], data: OldData): RowSets {
  const when = ago(data)
  const key = (number: number) => ({ EligibilityId: number, Reference: referenceOf(number) })
  const claimKey = (number: number) => ({ ...key(number), ClaimId: number })
  return {
    'ExtSchema.Eligibility': numbers.map((number) => ({
      ...key(number),
      Status: 'IN-PROGRESS',
      DateCreated: when,
    })),
    'ExtSchema.Visitor': numbers.map((number) => ({ VisitorId: number, ...key(number), ...visitor(number) })),
    'ExtSchema.Prisoner': numbers.map((number) => ({
      PrisonerId: number,
      ...key(number),
      ...prisonerOf(number),
    })),
    'ExtSchema.Claim': numbers.map((number) => ({
      ...claimKey(number),
      ...{ ClaimType: 'first-time', Status: 'IN-PROGRESS', IsAdvanceClaim: false },
      ...{ DateOfJourney: when, DateCreated: when },
    })),
    'ExtSchema.ClaimExpense': numbers.map((number) => ({
      ...{ ClaimExpenseId: number, ...claimKey(number), ExpenseType: 'bus', Cost: 4.2, IsEnabled: true },
    })),
    'ExtSchema.ClaimDocument': numbers.map((number) => ({
      ...{
        ClaimDocumentId: number,
        ...claimKey(number),
        DocumentType: 'RECEIPT',
        DocumentStatus: 'uploaded',
      },
      ...{ Filepath: abandonedFile(number), DateSubmitted: when, IsEnabled: number % 2 === 0 },
    })),
  }
}

export function visitor(number: number) {
  const { firstName, lastName, nino, dateOfBirth } = visitorOf(number)
  return {
    ...{ FirstName: firstName, LastName: lastName, NationalInsuranceNumber: nino, DateOfBirth: dateOfBirth },
    ...homeOf(number),
    ...{
      EmailAddress: `visitor-${number}@example.com`,
      PhoneNumber: phoneOf(number),
      Relationship: 'partner',
    },
  }
}
