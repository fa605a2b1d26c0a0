import { addDays, dayOf, type LocalTime } from '#shared/clock'
import type { KindOfClaim } from './claim-kinds.js'
import { homeOf, phoneOf, prisonerOf, visitorOf } from './people.js'

/** Ids from here on are the stand-in's own, ten for each claim: far above those a database gives. */
const firstId = 1_000_000_000

/** Everything the rows of one claim are made of. */
export interface Draft {
  readonly kind: KindOfClaim
  readonly number: number
  readonly now: LocalTime
  readonly reference: string
  readonly eligibilityId: number
  readonly claimId: number
}

export const idOf = (number: number, place = 0): number => firstId + number * 10 + place
/** The number of the claim that has this id; 0 for an id of nobody here. */
export const numberOf = (id: number): number => Math.max(0, Math.floor((id - firstId) / 10))
export const midnight = (day: string): LocalTime => `${day} 00:00:00.000`
export const daysAgo = ({ now }: Draft, days: number): LocalTime => midnight(addDays(dayOf(now), -days))

export const surnameOf = ({ kind, number }: Draft): string => kind.surname ?? visitorOf(number).lastName
export const key = ({ eligibilityId, reference }: Draft) => ({
  EligibilityId: eligibilityId,
  Reference: reference,
})
export const claimKey = (draft: Draft) => ({ ...key(draft), ClaimId: draft.claimId })

export const emailOf = ({ number, kind }: Draft): string =>
  `${kind.newContactDetails ? 'new' : 'visitor'}-${number}@example.com`

export function visitor(draft: Draft) {
  const { number, kind } = draft
  const { firstName, nino, dateOfBirth } = visitorOf(number)
  return {
    VisitorId: draft.eligibilityId,
    ...key(draft),
    FirstName: firstName,
    LastName: surnameOf(draft),
    NationalInsuranceNumber: nino,
    ...homeOf(number),
    EmailAddress: `visitor-${number}@example.com`,
    PhoneNumber: phoneOf(number),
    DateOfBirth: dateOfBirth,
    Relationship: 'partner',
    Benefit: kind.benefit ?? 'universal-credit',
    BenefitOwner: kind.benefitOfPartner ? 'no' : 'yes',
  }
}

export const eligibility = (draft: Draft, submittedAt: LocalTime) => ({
  ...key(draft),
  DateCreated: submittedAt,
  DateSubmitted: submittedAt,
})
export const prisoner = (draft: Draft) => ({
  PrisonerId: draft.eligibilityId,
  ...key(draft),
  ...prisonerOf(draft.number),
})

/** A penny over what was approved before, which the rules allow. */
export const journeyByTrain = ({ number }: Draft) => ({
  ExpenseType: 'train',
  Cost: 20.01,
  From: homeOf(number).Town,
  To: prisonerOf(number).NameOfPrison,
  IsReturn: true,
})
