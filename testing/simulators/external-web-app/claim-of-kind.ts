import type { LocalTime } from '#shared/clock'
import { kindsOfClaims, type ClaimKind, type KindOfClaim } from './claim-kinds.js'
import { claimRows, eligibilityRows } from './claim-rows.js'
import { emailOf, idOf, type Draft } from './draft.js'
import { establishedRows } from './established-rows.js'
import { highestNumber, partnerOf, visitorOf } from './people.js'
import type { Rows, SubmittedClaim } from './submitted-claim.js'

/** Pence: the train as claimed; 30 kilometres and back by car, which are 37.28 miles, at 20 pence. */
const costs = { train: 20_01, car: 7_46 }

/**
 * A claim of a kind, for a visit a week ago; approval rules hold for it on every day of the year.
 * @param number from 1 to 1,999,999; another number, another reference, ids, visitor and prisoner
 * @param now London time of the submission
 */
export function claimOfKind(name: ClaimKind, number: number, now: LocalTime): SubmittedClaim {
  if (!Number.isInteger(number) || number < 1 || number > highestNumber) {
    throw new RangeError(`a claim's number is from 1 to ${highestNumber}`)
  }
  const kind: KindOfClaim = kindsOfClaims[name]
  const draft: Draft = {
    kind,
    number,
    now,
    reference: `X${String(number).padStart(6, '0')}`,
    eligibilityId: idOf(number),
    claimId: idOf(number),
  }
  const { surname, benefitAnswer: status } = kind
  return {
    kind: name,
    title: kind.title,
    reference: draft.reference,
    eligibilityId: draft.eligibilityId,
    claimId: draft.claimId,
    ...rowsOf(draft),
    taskData: kind.claimType,
    ...(surname && status && { benefitAnswer: { surname, status } }),
    expected: kind.expected,
    ...(kind.expectedWaiting && { expectedWaiting: kind.expectedWaiting }),
    expectedCost: kind.byCar ? costs.car : costs.train,
    expectedAddress: emailOf(draft),
    expectedCheckOf: (kind.benefitOfPartner ? partnerOf(number) : visitorOf(number)).nino,
  }
}

function rowsOf(draft: Draft): { existing: Rows; rows: Rows } {
  switch (draft.kind.claimType) {
    case 'first-time':
      return { existing: {}, rows: { ...eligibilityRows(draft), ...claimRows(draft) } }
    case 'repeat':
      return { existing: establishedRows(draft), rows: claimRows(draft) }
    case 'repeat-new-eligibility': {
      // The same reference, and an eligibility beside the one before.
      const before = { ...draft, eligibilityId: idOf(draft.number, 5) }
      return { existing: establishedRows(before), rows: { ...eligibilityRows(draft), ...claimRows(draft) } }
    }
  }
}
