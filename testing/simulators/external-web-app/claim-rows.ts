import { addYears, dayOf } from '#shared/clock'
import {
  claimKey,
  daysAgo,
  eligibility,
  emailOf,
  journeyByTrain,
  key,
  midnight,
  prisoner,
  surnameOf,
  visitor,
  type Draft,
} from './draft.js'
import { homeOf, partnerOf, phoneOf, visitorOf } from './people.js'
import type { Rows } from './submitted-claim.js'

/** The eligibility a first claim, or one under changed circumstances, brings along. */
export function eligibilityRows(draft: Draft): Rows {
  const { firstName, lastName, nino, dateOfBirth } = partnerOf(draft.number)
  const partner = { FirstName: firstName, LastName: lastName, DateOfBirth: dateOfBirth }
  return {
    'ExtSchema.Eligibility': [{ ...eligibility(draft, draft.now), Status: 'SUBMITTED' }],
    'ExtSchema.Prisoner': [prisoner(draft)],
    'ExtSchema.Visitor': [visitor(draft)],
    ...(draft.kind.benefitOfPartner && {
      'ExtSchema.Benefit': [
        { BenefitId: draft.eligibilityId, ...key(draft), ...partner, NationalInsuranceNumber: nino },
      ],
    }),
    'ExtSchema.EligibleChild': [
      {
        EligibleChildId: draft.eligibilityId,
        ...key(draft),
        FirstName: 'Wilf',
        LastName: surnameOf(draft),
        DateOfBirth: midnight(addYears(dayOf(draft.now), -8)),
        ChildRelationship: 'prisoners-child',
        ParentFirstName: firstName,
        ParentLastName: lastName,
        ...homeOf(draft.number),
      },
    ],
  }
}

/** The claim itself, for a visit a week ago. */
export function claimRows(draft: Draft): Rows {
  const { kind, now, number } = draft
  return {
    'ExtSchema.Claim': [
      {
        ...claimKey(draft),
        ClaimType: kind.claimType,
        Status: 'SUBMITTED',
        IsAdvanceClaim: false,
        DateOfJourney: daysAgo(draft, 7),
        DateCreated: now,
        DateSubmitted: now,
        PaymentMethod: kind.payout ? 'payout' : 'bank',
      },
    ],
    'ExtSchema.ClaimExpense': [
      {
        ClaimExpenseId: draft.claimId,
        ...claimKey(draft),
        ...(kind.byCar ? journeyByCar(draft) : journeyByTrain(draft)),
        IsEnabled: true,
      },
    ],
    'ExtSchema.ClaimChild': [
      {
        ClaimChildId: draft.claimId,
        ...claimKey(draft),
        FirstName: 'Wilf',
        LastName: surnameOf(draft),
        DateOfBirth: midnight(addYears(dayOf(now), -8)),
        Relationship: 'prisoners-child',
        IsEnabled: true,
      },
    ],
    'ExtSchema.ClaimDocument': documents(draft),
    ...(!kind.payout && { 'ExtSchema.ClaimBankDetail': [bankDetail(draft)] }),
    ...(kind.newContactDetails && {
      'ExtSchema.EligibilityVisitorUpdateContactDetail': [
        { ...key(draft), EmailAddress: emailOf(draft), PhoneNumber: phoneOf(number + 1), DateSubmitted: now },
      ],
    }),
  }
}

/** The services work out what it costs. */
const journeyByCar = (draft: Draft) => ({ ...journeyByTrain(draft), ExpenseType: 'car', Cost: 0 })

function documents(draft: Draft) {
  const document = (place: number, type: string, expenseId?: number) => ({
    ClaimDocumentId: draft.claimId + place,
    ...claimKey(draft),
    DocumentType: type,
    DocumentStatus: draft.kind.documentsLater ? 'upload-later' : 'uploaded',
    ...(draft.kind.documentsLater ? {} : { Filepath: `${draft.reference}/${draft.claimId}/${type}.png` }),
    DateSubmitted: draft.now,
    IsEnabled: true,
    ...(expenseId === undefined ? {} : { ClaimExpenseId: expenseId }),
  })
  return [document(0, 'VISIT-CONFIRMATION'), document(1, 'RECEIPT', draft.claimId)]
}

const bankDetail = (draft: Draft) => ({
  ClaimBankDetailId: draft.claimId,
  ...claimKey(draft),
  SortCode: '000000',
  AccountNumber: String(10_000_000 + draft.number),
  NameOnAccount: `${visitorOf(draft.number).firstName} ${surnameOf(draft)}`,
})
