import type { ClaimCase } from '../claim-cases.js'
import { approved, emailOf, event, migrated, migratedInto } from '../claim-ends.js'
import {
  claimIds,
  firstTimeClaim,
  ofEligibility,
  repeatClaim,
  rowId,
  settledClaimant,
  submittedClaim,
} from '../claim-rows.js'
import { add, edit, entriesOf, merge, remove, set, type Row } from '../row-sets.js'
import type { Rows } from '../rows.js'
import { child, contact, document, eligibleChild, escort } from './claim-parts.js'

/** The rows as another eligibility's, or another reference's. */
const under = (columns: Row, rows: Rows): Rows =>
  Object.fromEntries(
    entriesOf(rows).map(([table, list]) => [table, list.map((row) => ({ ...row, ...columns }))]),
  )

/** A first claim that is migrated as it is. */
function arriving(n: number, about: string, rows: Rows): ClaimCase {
  return { about, given: rows, expected: migrated(n, rows) }
}

function everyTable(n: number): ClaimCase {
  const holder = { FirstName: 'Oweneth', LastName: 'Marks & Sparrow', DateOfBirth: '1961-01-02 00:00:00' }
  const rows = edit(firstTimeClaim(n), {
    'ExtSchema.Visitor': set({ BenefitOwner: 'no' }),
    'ExtSchema.Benefit': add({
      BenefitId: 7000 + n,
      ...ofEligibility(n),
      ...holder,
      NationalInsuranceNumber: 'QQ654321C',
    }),
    'ExtSchema.EligibleChild': add(eligibleChild(n, 1), eligibleChild(n, 2)),
    'ExtSchema.Claim': set({ AssistedDigitalCaseworker: 'helper@example.com', IsAdvanceClaim: true }),
    'ExtSchema.ClaimBankDetail': set({ RollNumber: 'AB-12345/678' }),
    'ExtSchema.ClaimChild': add(child(n, 1, {}), child(n, 2, {})),
    'ExtSchema.ClaimEscort': add(escort(n, 1, {})),
    'ExtSchema.ClaimExpense': set(
      {
        TravelTime: '09:30',
        ReturnTime: '16:45',
        DurationOfTravel: 2,
        TicketType: 'Adult',
        TicketOwner: 'you',
      },
      { ExpenseType: 'train' },
    ),
  })
  return arriving(n, 'first-time, with a row in every table', rows)
}

function disabledRows(n: number): ClaimCase {
  const kept = edit(firstTimeClaim(n), {
    'ExtSchema.ClaimChild': add(child(n, 1, {})),
    'ExtSchema.ClaimEscort': add(escort(n, 1, {})),
  })
  const superseded = {
    expense: {
      ...kept['ExtSchema.ClaimExpense']?.[0],
      ClaimExpenseId: rowId.expense(n, 3),
      IsEnabled: false,
    },
    ofThatExpense: document(n, 3, { ClaimExpenseId: rowId.expense(n, 3) }),
  }
  const given = edit(kept, {
    'ExtSchema.ClaimExpense': add(superseded.expense),
    'ExtSchema.ClaimChild': add(child(n, 2, { IsEnabled: false })),
    'ExtSchema.ClaimEscort': add(escort(n, 2, { IsEnabled: false })),
    'ExtSchema.ClaimDocument': add(
      superseded.ofThatExpense,
      document(n, 4, { IsEnabled: false }),
      // Not uploaded, but nobody waits for a document that was superseded.
      document(n, 5, { IsEnabled: false, DocumentStatus: 'upload-later', ClaimId: null }),
    ),
  })
  const expected = edit(migrated(n, kept), {
    'IntSchema.ClaimDocument': add({ ...superseded.ofThatExpense, ClaimExpenseId: null }),
  })
  return {
    about: 'disabled rows stay behind, and a document comes without its disabled expense',
    given,
    expected,
  }
}

function documentsWithoutClaim(n: number): ClaimCase {
  const rows = edit(firstTimeClaim(n), {
    'ExtSchema.ClaimDocument': add(document(n, 3, { ClaimId: null, DocumentType: 'benefit' })),
  })
  const otherEligibility = { EligibilityId: 1900 + n, DocumentStatus: 'upload-later' }
  const others = edit(
    {},
    {
      'ExtSchema.ClaimDocument': add(
        document(n, 4, { ...otherEligibility, ClaimId: null }),
        document(n, 5, { ...otherEligibility, ClaimId: 1_900_000 + n }),
      ),
    },
  )
  return {
    about: 'documents without a claim come with their eligibility, those of another one stay',
    given: merge(rows, others),
    expected: merge(migrated(n, rows), others),
  }
}

function anotherClaim(n: number): ClaimCase {
  const second = edit(submittedClaim(n + 1, 'repeat'), { 'ExtSchema.Task': remove() })
  const stays = under(ofEligibility(n), second)
  const rows = firstTimeClaim(n)
  return {
    about: 'another claim of the same eligibility stays',
    given: merge(rows, stays),
    expected: merge(migrated(n, rows), stays),
  }
}

function twoClaimsAtOnce(n: number): ClaimCase {
  const [first, second] = [firstTimeClaim(n), submittedClaim(n + 1, 'first-time')]
  const email = emailOf(first)
  return {
    about: 'two claims of one eligibility at once: it arrives with one of them',
    given: merge(first, under(ofEligibility(n), second)),
    expected: merge(migrated(n, first), under(ofEligibility(n), migrated(n + 1, second, { email }))),
  }
}

function contactDetailsChanged(n: number): ClaimCase {
  const latest = { EmailAddress: 'new.address@example.net', PhoneNumber: '07700 909999' }
  const rows = firstTimeClaim(n)
  const given = edit(rows, {
    'ExtSchema.EligibilityVisitorUpdateContactDetail': add(
      contact(n, 1, { ...latest, DateSubmitted: '2024-03-11 19:39:00' }),
      contact(n, 2, { EmailAddress: 'older.address@example.net' }),
    ),
  })
  const expected = edit(migrated(n, rows, { email: latest.EmailAddress }), {
    'IntSchema.Visitor': set(latest),
    'IntSchema.ClaimEvent': add(event(n, 'CONTACT-DETAILS-UPDATED')),
  })
  return { about: 'contact details changed twice: the latest holds', given, expected }
}

function repeatWithContactDetails(n: number): ClaimCase {
  const email = 'moved.house@example.net'
  const given = edit(repeatClaim(n), {
    'ExtSchema.EligibilityVisitorUpdateContactDetail': add(contact(n, 1, { EmailAddress: email })),
  })
  const expected = edit(approved(n, migratedRepeat(n, email), { email }), {
    'IntSchema.Visitor': set({ EmailAddress: email, PhoneNumber: null }),
    'IntSchema.ClaimEvent': add(event(n, 'CONTACT-DETAILS-UPDATED')),
  })
  return { about: 'repeat, with contact details changed, approved in hours', given, expected }
}

const migratedRepeat = (n: number, email?: unknown): Rows =>
  migratedInto(n, settledClaimant(n), submittedClaim(n, 'repeat'), email)

function repeat(n: number): ClaimCase {
  const given = repeatClaim(n)
  return {
    about: 'repeat, whose eligibility is inside, approved in hours',
    given,
    expected: approved(n, migratedRepeat(n)),
  }
}

function newEligibility(n: number): ClaimCase {
  const { Reference } = claimIds(n)
  const earlier = under({ Reference }, settledClaimant(n + 1))
  const rows = edit(firstTimeClaim(n), {
    'ExtSchema.Claim': set({ ClaimType: 'repeat-new-eligibility' }),
    'ExtSchema.Task': set({ AdditionalData: 'repeat-new-eligibility' }),
  })
  return {
    about: 'new eligibility, beside the earlier one of the same reference',
    given: merge(earlier, rows),
    expected: merge(earlier, migrated(n, rows)),
  }
}

function pendingDocuments(n: number, about: string, columns: Row): ClaimCase {
  const addDocument = add(document(n, 3, columns))
  const expected = edit(migratedRepeat(n), {
    'IntSchema.ClaimDocument': addDocument,
    'IntSchema.Claim': set({ Status: 'PENDING' }, { ClaimId: claimIds(n).ClaimId }),
  })
  return { about, given: edit(repeatClaim(n), { 'ExtSchema.ClaimDocument': addDocument }), expected }
}

function payout(n: number): ClaimCase {
  const given = edit(firstTimeClaim(n), { 'ExtSchema.Claim': set({ PaymentMethod: 'payout' }) })
  const expected = edit(migrated(n, given), { 'IntSchema.ClaimBankDetail': remove() })
  return { about: 'payout: the bank detail stays behind', given, expected }
}

function longData(n: number): ClaimCase {
  const AdditionalData = 'first-time '.repeat(12)
  const given = edit(firstTimeClaim(n), { 'ExtSchema.Task': set({ AdditionalData }) })
  const expected = edit(migrated(n, given), {
    'IntSchema.ClaimEvent': set({ AdditionalData: `${AdditionalData.slice(0, 99)}…` }),
  })
  return { about: "data longer than the event's column is cut with an ellipsis", given, expected }
}

export const migrationCases: readonly ClaimCase[] = [
  arriving(1, 'first-time', firstTimeClaim(1)),
  everyTable(2),
  disabledRows(3),
  documentsWithoutClaim(4),
  anotherClaim(5),
  contactDetailsChanged(7),
  repeatWithContactDetails(8),
  repeat(9),
  newEligibility(10),
  pendingDocuments(12, 'a document still to come: pending', { DocumentStatus: 'upload-later' }),
  pendingDocuments(13, "a document of the eligibility's still to come: pending", {
    DocumentStatus: 'post-later',
    ClaimId: null,
  }),
  payout(14),
  longData(15),
  twoClaimsAtOnce(16),
]
