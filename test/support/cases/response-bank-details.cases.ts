import type { ClaimCase } from '../claim-cases.js'
import { claimIds, earlierClaimId, firstTimeClaim, ofClaim, ofEligibility } from '../claim-rows.js'
import { add, both, edit, merge, remove, set, type Row } from '../row-sets.js'
import type { Rows } from '../rows.js'
import { child, contact, document, eligibleChild, escort } from './claim-parts.js'
import {
  waitingClaim,
  takenIn,
  messageFrom,
  updated,
  replaced,
  bankDetailsUpdated,
  confirmation,
  confirmationOf,
  disable,
  outside,
} from './response-parts.js'

export const newDetail = {
  AccountNumber: '55667788',
  SortCode: '302010',
  NameOnAccount: 'Mrs S & Mr T Ní Bhraonáin',
}
export const detailOutside = (n: number, k: number, columns: Row = {}): Row => ({
  ClaimBankDetailId: 70_000 + n * 10 + k,
  ...ofClaim(n),
  ...newDetail,
  ...columns,
})
const waitsForPayment = { Status: 'REQUEST-INFO-PAYMENT' }

function bankDetails(n: number, about: string, Status: string): ClaimCase {
  const given = waitingClaim(n, { Status })
  const older = detailOutside(n, 1, { AccountNumber: '11112222', SortCode: '000000' })
  return {
    about,
    given: edit(given, {
      'ExtSchema.ClaimBankDetail': add(older, detailOutside(n, 2, { RollNumber: 'R/7' })),
    }),
    expected: edit(takenIn(n, given, [bankDetailsUpdated(n)]), {
      'IntSchema.ClaimBankDetail': set({ ...newDetail, RollNumber: 'R/7' }),
    }),
  }
}

/** Everything of the claim and eligibility that may be left outside goes; that of others stays. */
function bankDetailsAndTheRest(n: number): ClaimCase {
  const left = edit(firstTimeClaim(n), {
    'ExtSchema.Task': remove(),
    'ExtSchema.ClaimDocument': () => [document(n, 3, { IsEnabled: false })],
    'ExtSchema.ClaimBankDetail': () => [detailOutside(n, 1)],
    'ExtSchema.ClaimChild': add(child(n, 1, {}), child(n, 2, { IsEnabled: false })),
    'ExtSchema.ClaimEscort': add(escort(n, 1, {})),
    'ExtSchema.EligibleChild': add(eligibleChild(n, 1)),
    'ExtSchema.EligibilityVisitorUpdateContactDetail': add(contact(n, 1, { EmailAddress: 'x@example.org' })),
  })
  const others: Rows = {
    'ExtSchema.ClaimBankDetail': [detailOutside(n, 2, { ClaimId: earlierClaimId(n) })],
    'ExtSchema.ClaimDocument': [document(n, 4, { ClaimId: earlierClaimId(n) })],
  }
  const given = edit(waitingClaim(n, waitsForPayment), {
    'IntSchema.ClaimBankDetail': set({ RollNumber: 'OLD-1' }),
  })
  return {
    about: 'with new bank details, what is left of the claim outside goes, and the old roll number too',
    given: merge(given, left, others),
    expected: edit(merge(takenIn(n, given, [bankDetailsUpdated(n)]), others), {
      'IntSchema.ClaimBankDetail': set({ ...newDetail, RollNumber: null }),
    }),
  }
}

/** The next claim of the same eligibility is submitted, and not completed yet. */
function besideTheNextClaim(n: number): ClaimCase {
  const next = {
    'ExtSchema.EligibilityVisitorUpdateContactDetail': [contact(n, 1, { EmailAddress: 'new@example.org' })],
    'ExtSchema.Claim': [
      {
        ...ofEligibility(n),
        ...{ ClaimId: claimIds(n).ClaimId + 7_000, ClaimType: 'repeat', Status: 'SUBMITTED' },
        ...{ DateOfJourney: '2024-03-02 00:00:00', DateCreated: '2024-03-03 10:00:00' },
        DateSubmitted: '2024-03-03 10:30:00',
      },
    ],
  } satisfies Rows
  const given = waitingClaim(n, waitsForPayment)
  return {
    about: 'new contact details stay for the next claim of the eligibility to take in',
    given: merge(edit(given, { 'ExtSchema.ClaimBankDetail': add(detailOutside(n, 1)) }), next),
    expected: merge(
      edit(takenIn(n, given, [bankDetailsUpdated(n)]), { 'IntSchema.ClaimBankDetail': set(newDetail) }),
      next,
    ),
  }
}

function firstBankDetails(n: number): ClaimCase {
  const detail = detailOutside(n, 1)
  const given = edit(waitingClaim(n, waitsForPayment), { 'IntSchema.ClaimBankDetail': remove() })
  return {
    about: 'the first bank details of a claim are taken in as they are',
    given: edit(given, { 'ExtSchema.ClaimBankDetail': add(detail) }),
    expected: edit(takenIn(n, given, [bankDetailsUpdated(n)]), { 'IntSchema.ClaimBankDetail': add(detail) }),
  }
}

function noBankDetails(n: number): ClaimCase {
  const text = 'My account is still the same.'
  const given = waitingClaim(n, waitsForPayment, text)
  const left = {
    'ExtSchema.EligibilityVisitorUpdateContactDetail': add(contact(n, 1, { EmailAddress: 'x@example.org' })),
  }
  return {
    about: 'without the bank details that were asked for, the claim goes on all the same',
    given: edit(given, left),
    expected: takenIn(n, given, [messageFrom(n, text)]),
  }
}

function bankDetailsNobodyAskedFor(n: number): ClaimCase {
  const given = edit(waitingClaim(n), { 'ExtSchema.ClaimBankDetail': add(detailOutside(n, 1)) })
  return { about: 'bank details nobody asked for stay outside', given, expected: takenIn(n, given) }
}

function everythingAtOnce(n: number): ClaimCase {
  const page = document(n, 3, confirmation)
  const given = waitingClaim(n, waitsForPayment, 'All of it.')
  const events = [
    replaced(n, confirmationOf(n)),
    bankDetailsUpdated(n),
    updated(n, page),
    messageFrom(n, 'All of it.'),
  ]
  return {
    about: 'documents, bank details and a message at once',
    given: edit(edit(given, outside(page)), { 'ExtSchema.ClaimBankDetail': add(detailOutside(n, 1)) }),
    expected: edit(takenIn(n, given, events), {
      'IntSchema.ClaimDocument': both(disable(confirmationOf(n)), add(page)),
      'IntSchema.ClaimBankDetail': set(newDetail),
    }),
  }
}

export const responseBankDetailCases: readonly ClaimCase[] = [
  bankDetails(9, 'new bank details, the newest of them', 'REQUEST-INFO-PAYMENT'),
  bankDetails(10, 'the same for a status with underscores', 'REQUEST_INFO_PAYMENT'),
  bankDetailsAndTheRest(11),
  firstBankDetails(12),
  noBankDetails(13),
  bankDetailsNobodyAskedFor(14),
  everythingAtOnce(15),
  besideTheNextClaim(29),
]
