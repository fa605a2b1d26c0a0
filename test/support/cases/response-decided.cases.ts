import type { ClaimCase } from '../claim-cases.js'
import { event } from '../claim-ends.js'
import { add, both, edit, set, type Row } from '../row-sets.js'
import { document } from './claim-parts.js'
import { detailOutside, newDetail } from './response-bank-details.cases.js'
import {
  bankDetailsUpdated,
  confirmation,
  confirmationOf,
  disable,
  kept,
  messageFrom,
  outside,
  replaced,
  takenIn,
  updated,
  waitingClaim,
} from './response-parts.js'

/** Answers to claims that were decided or paid meanwhile: what they bring is kept, and the claim stays as it is. */

const approvedDate = { DateApproved: '2024-03-12 15:00:00' }
const paid = { ...approvedDate, PaymentStatus: 'PROCESSED', PaymentDate: '2024-03-13 00:05:10' }
const unreviewed = { DateReviewed: null, Caseworker: null }

function keeps(n: number, about: string, claim: Row): ClaimCase {
  const given = waitingClaim(n, claim, 'See above.')
  return { about, given, expected: kept(n, given, [messageFrom(n, 'See above.')]) }
}

function documentsKept(n: number): ClaimCase {
  const page = document(n, 3, confirmation)
  const given = waitingClaim(n, { Status: 'APPROVED', ...paid }, 'See above.')
  const events = [replaced(n, confirmationOf(n)), updated(n, page), messageFrom(n, 'See above.')]
  return {
    about: 'documents and a message for a claim that was approved and paid meanwhile are kept',
    given: edit(given, outside(page)),
    expected: edit(kept(n, given, events), {
      'IntSchema.ClaimDocument': both(disable(confirmationOf(n)), add(page)),
    }),
  }
}

function bankDetailsKept(n: number, about: string, claim: Row): ClaimCase {
  const given = waitingClaim(n, claim)
  return {
    about,
    given: edit(given, { 'ExtSchema.ClaimBankDetail': add(detailOutside(n, 1)) }),
    expected: edit(kept(n, given, [bankDetailsUpdated(n)]), { 'IntSchema.ClaimBankDetail': set(newDetail) }),
  }
}

/** As an earlier caseworker's event. */
const asked = (n: number, Event: string): Row =>
  event(n, Event, { ClaimEventId: n * 10, DateAdded: '2024-02-20 10:00:00', IsInternal: false })

function bankDetailsNobodyAskedFor(n: number): ClaimCase {
  const given = edit(waitingClaim(n, { Status: 'APPROVED', ...approvedDate }), {
    'IntSchema.ClaimEvent': add(asked(n, 'CLAIM-REQUEST-INFORMATION')),
    'ExtSchema.ClaimBankDetail': add(detailOutside(n, 1)),
  })
  return {
    about: 'bank details stay outside where a claim that was approved meanwhile was asked for something else',
    given,
    expected: kept(n, given),
  }
}

/** A caseworker asked for more while the bank details were on their way. */
function bankDetailsAskedForBefore(n: number): ClaimCase {
  const given = edit(waitingClaim(n), { 'IntSchema.ClaimEvent': add(asked(n, 'REQUEST-NEW-BANK-DETAILS')) })
  return {
    about: 'bank details that were asked for are taken in, whatever the claim waits for by now',
    given: edit(given, { 'ExtSchema.ClaimBankDetail': add(detailOutside(n, 1)) }),
    expected: edit(takenIn(n, given, [bankDetailsUpdated(n)]), {
      'IntSchema.ClaimBankDetail': set(newDetail),
    }),
  }
}

function goesToCaseworker(n: number): ClaimCase {
  const given = waitingClaim(n, { ...unreviewed, ...approvedDate }, 'See above.')
  return {
    about: 'a claim that was approved, and that somebody has opened again, goes to a caseworker',
    given,
    expected: takenIn(n, given, [messageFrom(n, 'See above.')]),
  }
}

export const responseDecidedCases: readonly ClaimCase[] = [
  keeps(23, 'a claim that was approved meanwhile stays so', { Status: 'APPROVED', ...approvedDate }),
  keeps(24, 'a claim that was rejected meanwhile stays so', { Status: 'REJECTED' }),
  keeps(34, 'a claim that was approved automatically and paid stays so', {
    Status: 'AUTO-APPROVED',
    ...paid,
  }),
  keeps(35, 'an advance claim that was closed stays so, however that is spelt', {
    ...{ Status: 'APPROVED_ADVANCE_CLOSED', IsAdvanceClaim: true },
  }),
  keeps(36, 'a claim that a status nobody here knows has ended stays so', { Status: 'REFERENCE-DISABLED' }),
  keeps(37, 'a claim that was rejected and never reviewed is not new', { Status: 'REJECTED', ...unreviewed }),
  keeps(38, 'a claim that was answered before and paid stays so', { Status: 'UPDATED', ...paid }),
  keeps(39, 'a new claim that was paid is not approved again', { Status: 'NEW', ...unreviewed, ...paid }),
  documentsKept(40),
  bankDetailsKept(41, 'bank details for a claim that was rejected meanwhile are taken in', {
    Status: 'REJECTED',
  }),
  bankDetailsKept(42, 'bank details for a claim that was approved meanwhile are taken in', {
    ...{ Status: 'APPROVED', ...approvedDate },
  }),
  bankDetailsKept(43, 'bank details for a claim that was paid meanwhile are taken in', {
    ...{ Status: 'AUTO_APPROVED', ...paid },
  }),
  bankDetailsNobodyAskedFor(44),
  bankDetailsAskedForBefore(45),
  goesToCaseworker(46),
]
