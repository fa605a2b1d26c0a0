import { describe, expect, it } from 'vitest'
import type { ApprovalCase, PreviousClaim } from '../approval-case.js'
import { type ApprovalConfig, approvalSettings } from '../approval-settings.rules.js'
import { decideApproval } from '../approve-claim.rules.js'
import { configWith, documentedDefaults, manualClaim, passingCase, previousClaim } from '../passing-case.js'
import { approvalRules } from './index.js'

type Change = Partial<ApprovalCase>

interface Examples {
  readonly sentence: string
  readonly passes: Readonly<Record<string, Change>>
  /** Nothing but the rule may fail. */
  readonly fails: Readonly<Record<string, Change | { readonly change: Change; readonly sentence: string }>>
}

const configured = (config: Partial<ApprovalConfig>): Change => ({
  settings: approvalSettings(configWith(config), documentedDefaults),
})
const perYear = (most: number): Change => configured({ MaxNumberOfClaimsPerYear: most })
const perMonth = (most: number): Change => configured({ MaxNumberOfClaimsPerMonth: most })
const journeyOn = (DateOfJourney: string): Change => ({ claim: { ...passingCase.claim, DateOfJourney } })
const withPrevious = (...columns: Partial<PreviousClaim>[]): Change => ({
  previousClaims: [manualClaim, ...columns.map((of, index) => previousClaim(501 + index, of))],
})
const inRegion = (regionOfPrison: string | undefined): Change => ({ regionOfPrison })
const childBorn = (DateOfBirth: string): Change => ({
  children: [...passingCase.children, { ClaimChildId: 902, DateOfBirth }],
})
const withDocuments = (...documents: [type: string, status: string][]): Change => ({
  documents: documents.map(([DocumentType, DocumentStatus]) => ({ DocumentType, DocumentStatus })),
})
const benefitExpires = (BenefitExpiryDate: string | null): Change => ({
  visitor: { ...passingCase.visitor, BenefitExpiryDate },
})
const costs = (...expenses: [type: string, cost: number][]): Change => ({
  expenses: expenses.map(([ExpenseType, Cost]) => ({ ExpenseType, Cost })),
})
const approvedCosts = (...expenses: [type: string, cost: number | null][]): Change => ({
  latestManuallyApprovedExpenses: expenses.map(([ExpenseType, ApprovedCost]) => ({
    ExpenseType,
    ApprovedCost,
  })),
})
const asLastTime = (...expenses: [type: string, cost: number][]): Change => ({
  ...costs(...expenses),
  ...approvedCosts(...expenses),
})
/** No earlier claim at all; the rule that always minds is switched off. */
const firstEver = (config: Partial<ApprovalConfig>): Change => ({
  ...configured({ ...config, RulesDisabled: 'is-latest-manual-claim-approved' }),
  previousClaims: [],
  latestManuallyApprovedExpenses: undefined,
})
const onlyManualClaim = (columns: Partial<PreviousClaim>): Change => ({
  previousClaims: [{ ...manualClaim, ...columns }],
})

const rules: Readonly<Record<string, Examples>> = {
  'are-children-under-18': {
    sentence: 'One or more children to be claimed are over 18 years old',
    passes: {
      'no children': { children: [] },
      '18 tomorrow': childBorn('2006-03-14 00:00:00.000'),
      'born 29 February, on 28 February of a common year': {
        ...childBorn('2004-02-29 00:00:00.000'),
        ...journeyOn('2022-02-20 00:00:00.000'),
        now: '2022-02-28 11:30:00.000',
      },
    },
    fails: {
      '18 today': childBorn('2006-03-13 00:00:00.000'),
      '18 today, written differently': childBorn('2006-03-13T23:59:59'),
      '18 long ago': childBorn('1990-01-01 00:00:00.000'),
      'born 29 February, on 1 March of a common year': {
        ...childBorn('2004-02-29 00:00:00.000'),
        ...journeyOn('2022-02-20 00:00:00.000'),
        now: '2022-03-01 11:30:00.000',
      },
    },
  },
  'claimant-has-not-been-overpaid': {
    sentence: 'This claimant has been flagged as being overpaid on a previous claim',
    passes: { 'flag off': withPrevious({ IsOverpaid: false }), 'never flagged': withPrevious({}) },
    fails: { 'flag on': withPrevious({}, { IsOverpaid: true }) },
  },
  'cost-and-variance-equal-or-less-than-first-time-claim': {
    sentence:
      'Claim expense costs are outside of the accepted variance from the last manually approved claim',
    passes: {
      'as much over as accepted': { ...costs(['train', 22]), ...approvedCosts(['train', 20]) },
      'as much under as accepted': { ...costs(['train', 18]), ...approvedCosts(['train', 20]) },
      'as much as accepted where floating point says more': {
        ...costs(['train', 0.77]),
        ...approvedCosts(['train', 0.7]),
      },
      'to the penny where nothing else is accepted': {
        ...costs(['train', 0.29]),
        ...approvedCosts(['train', 0.29]),
        ...configured({ CostVariancePercentage: 0 }),
      },
      'as much as a fraction of a per cent accepts': {
        ...costs(['train', 112.56]),
        ...approvedCosts(['train', 100]),
        ...configured({ CostVariancePercentage: 12.56 }),
      },
      'other single costs, same total, other case': {
        ...costs(['Train', 5], ['train', 15]),
        ...approvedCosts(['TRAIN', 11], ['train', 9]),
      },
      'nothing asked, nothing recorded as approved': {
        ...costs(['car', 0]),
        ...approvedCosts(['car', null]),
      },
      'a type of the earlier claim only': {
        ...costs(['train', 20]),
        ...approvedCosts(['train', 20], ['bus', 9]),
      },
      'no earlier claim': { ...firstEver({}), ...costs(['train', 99]) },
    },
    fails: {
      'a penny over': { ...costs(['train', 22.01]), ...approvedCosts(['train', 20]) },
      'a penny under': { ...costs(['train', 17.99]), ...approvedCosts(['train', 20]) },
      'a penny over a fraction of a per cent': {
        ...costs(['train', 112.57]),
        ...approvedCosts(['train', 100]),
        ...configured({ CostVariancePercentage: 12.56 }),
      },
      'one type over, another under, the same total': {
        ...costs(['train', 20], ['bus', 10]),
        ...approvedCosts(['train', 15], ['bus', 15]),
      },
      'two of a type together': {
        ...costs(['train', 11], ['train', 11.01]),
        ...approvedCosts(['train', 10], ['train', 10]),
      },
      'something asked, nothing recorded as approved': {
        ...costs(['train', 20], ['car', 0.01]),
        ...approvedCosts(['train', 20], ['car', null]),
      },
    },
  },
  'do-expenses-match-first-time-claim': {
    sentence: "The number or type of expenses for this claim don't match the last manually approved claim",
    passes: {
      'as many of the type': {
        ...costs(['Bus', 10], ['bus', 10]),
        ...approvedCosts(['bus', 10], ['BUS', 10]),
      },
      'fewer of the type': { ...costs(['bus', 20]), ...approvedCosts(['bus', 10], ['bus', 10]) },
      'no earlier claim': firstEver({}),
    },
    fails: {
      'more of the type': { ...costs(['bus', 10], ['bus', 10]), ...approvedCosts(['bus', 20]) },
      'as many together, more of one type': {
        ...costs(['bus', 10], ['bus', 10], ['train', 5]),
        ...approvedCosts(['bus', 20], ['train', 2], ['train', 3]),
      },
      'a type it lacks': { ...costs(['train', 20], ['ferry', 0]), ...approvedCosts(['train', 20]) },
      'an earlier claim without expenses': { ...costs(['car', 0]), ...approvedCosts() },
    },
  },
  'has-claimed-less-than-max-times-this-year': {
    sentence: 'This claimant has claimed more than the maximum number of times this year',
    passes: {
      'the most allowed': perYear(2),
      'nothing earlier': firstEver({ MaxNumberOfClaimsPerYear: 0 }),
      'the anniversary is today': {
        ...perYear(0),
        ...withPrevious({ DateOfJourney: '2022-03-13 00:00:00.000' }),
      },
      'the anniversary is tomorrow': {
        ...perYear(2),
        ...withPrevious({ DateOfJourney: '2022-03-14 00:00:00.000' }),
      },
      'a journey on the day the year ends': {
        ...perYear(2),
        ...withPrevious(
          { DateOfJourney: '2024-03-14 00:00:00.000' },
          { DateOfJourney: '2022-03-14 00:00:00.000' },
        ),
      },
      'a journey the day before the year': {
        ...perYear(0),
        ...withPrevious({ DateOfJourney: '2023-03-10 00:00:00.000' }),
      },
      'a leap day, from 1 March of a common year': {
        ...perYear(0),
        ...onlyManualClaim({ DateOfJourney: '2020-02-29 00:00:00.000' }),
        ...journeyOn('2023-02-28 00:00:00.000'),
        now: '2023-03-01 11:30:00.000',
      },
      'the earliest journey still to come': {
        ...perYear(1),
        ...onlyManualClaim({ DateOfJourney: '2024-04-20 00:00:00.000' }),
      },
    },
    fails: {
      'one more': perYear(1),
      'the anniversary is tomorrow': {
        ...perYear(1),
        ...withPrevious({ DateOfJourney: '2022-03-14 00:00:00.000' }),
      },
      'a journey the day before the year ends': {
        ...perYear(2),
        ...withPrevious(
          { DateOfJourney: '2024-03-13 00:00:00.000' },
          { DateOfJourney: '2022-03-14 00:00:00.000' },
        ),
      },
      'a journey on the day the year begins': {
        ...perYear(0),
        ...withPrevious({ DateOfJourney: '2023-03-09T10:00:00' }),
      },
      'claims of every status': {
        ...perYear(3),
        ...withPrevious(
          { Status: 'REJECTED', DateOfJourney: '2024-02-01 00:00:00.000' },
          { Status: 'NEW', DateOfJourney: '2024-02-02 00:00:00.000', DateSubmitted: null },
        ),
      },
      'a leap day, to 28 February of a common year': {
        ...perYear(0),
        ...onlyManualClaim({ DateOfJourney: '2020-02-29 00:00:00.000' }),
        ...journeyOn('2023-02-27 00:00:00.000'),
        now: '2023-02-28 11:30:00.000',
      },
      'the earliest journey still to come': {
        ...perYear(0),
        ...onlyManualClaim({ DateOfJourney: '2024-04-20 00:00:00.000' }),
      },
    },
  },
  'has-claimed-less-than-max-times-this-month': {
    sentence: 'This claimant has claimed more than the maximum number of times this month',
    passes: {
      'the most allowed': perMonth(1),
      'the most allowed with an earlier one': {
        ...perMonth(2),
        ...withPrevious({ DateSubmitted: '2024-03-01 00:00:00.000' }),
      },
      'nothing earlier': firstEver({ MaxNumberOfClaimsPerMonth: 0 }),
      'its own journey last month': { ...perMonth(0), ...journeyOn('2024-02-29 00:00:00.000') },
      'its own journey in the same month of another year': {
        ...perMonth(0),
        ...journeyOn('2023-03-09 00:00:00.000'),
      },
      'its own journey next month': {
        ...configured({ MaxNumberOfClaimsPerMonth: 0, RulesDisabled: 'is-visit-in-past' }),
        ...journeyOn('2024-04-09 00:00:00.000'),
      },
      'an earlier one of last month': {
        ...perMonth(1),
        ...withPrevious({ DateSubmitted: '2024-02-29 23:59:59.999' }),
      },
      'earlier ones that were not approved, or not submitted': {
        ...perMonth(1),
        ...withPrevious(
          { DateSubmitted: '2024-03-04 09:00:00.000', Status: 'REJECTED' },
          { DateSubmitted: '2024-03-04 09:00:00.000', Status: 'REQUEST-INFORMATION' },
          { DateSubmitted: null },
        ),
      },
    },
    fails: {
      'its own': perMonth(0),
      'its own and an earlier one of the first day': {
        ...perMonth(1),
        ...withPrevious({ DateSubmitted: '2024-03-01 00:00:00' }),
      },
      'only earlier ones': {
        ...perMonth(0),
        ...journeyOn('2024-02-29 00:00:00.000'),
        ...withPrevious({ DateSubmitted: '2024-03-05 09:00:00.000' }),
      },
      'every way of being approved': {
        ...perMonth(4),
        ...withPrevious(
          { DateSubmitted: '2024-03-05 09:00:00.000', Status: 'APPROVED' },
          { DateSubmitted: '2024-03-05 09:00:00.000', Status: 'AUTO_APPROVED' },
          { DateSubmitted: '2024-03-05 09:00:00.000', Status: 'APPROVED-ADVANCE-CLOSED' },
          { DateSubmitted: '2024-03-05 09:00:00.000', Status: 'APPROVED_ADVANCE_CLOSED' },
        ),
      },
    },
  },
  'has-uploaded-prison-visit-confirmation-and-receipts': {
    sentence: 'A prison visit confirmation and/or receipts have not been uploaded',
    passes: {
      'the confirmation alone': withDocuments(['VISIT-CONFIRMATION', 'uploaded']),
      'in another case': withDocuments(['Visit-Confirmation', 'Uploaded'], ['receipt', 'UPLOADED']),
      'one confirmation of two, the last': withDocuments(
        ['VISIT-CONFIRMATION', 'upload-later'],
        ['VISIT-CONFIRMATION', 'uploaded'],
      ),
      'one confirmation of two, the first': withDocuments(
        ['VISIT-CONFIRMATION', 'uploaded'],
        ['VISIT-CONFIRMATION', 'post-later'],
      ),
    },
    fails: {
      'no documents': withDocuments(),
      'receipts only': withDocuments(['RECEIPT', 'uploaded']),
      'the confirmation to come': withDocuments(
        ['VISIT-CONFIRMATION', 'post-later'],
        ['RECEIPT', 'uploaded'],
      ),
      'a receipt to come': withDocuments(
        ['RECEIPT', 'upload-later'],
        ['VISIT-CONFIRMATION', 'uploaded'],
        ['RECEIPT', 'uploaded'],
      ),
      'evidence of a benefit to come': withDocuments(
        ['VISIT-CONFIRMATION', 'uploaded'],
        ['income-support', 'upload-later'],
      ),
    },
  },
  'is-claim-submitted-within-time-limit': {
    sentence: '',
    passes: {
      'months after the visit': journeyOn('2023-09-09 00:00:00.000'),
    },
    fails: {},
  },
  'is-claim-total-under-limit': {
    sentence: 'The total claim value is over the maximum permitted amount',
    passes: {
      'exactly the default limit': asLastTime(['train', 200], ['bus', 50]),
      'exactly a limit that floating point exceeds': {
        ...asLastTime(['train', 0.1], ['bus', 0.2]),
        ...configured({ MaxClaimTotal: 0.3 }),
      },
    },
    fails: {
      'a penny over the default limit': asLastTime(['train', 200], ['bus', 50.01]),
      'a penny over another limit': {
        ...asLastTime(['train', 0.1], ['bus', 0.21]),
        ...configured({ MaxClaimTotal: 0.3 }),
      },
    },
  },
  'is-claimant-trusted': {
    sentence: 'This claimant has been marked as untrusted by a case worker',
    passes: { trusted: { eligibility: { IsTrusted: true } } },
    fails: {
      'not trusted': { eligibility: { IsTrusted: false } },
      'not recorded': { eligibility: { IsTrusted: null } },
    },
  },
  'is-latest-manual-claim-approved': {
    sentence: 'The last manually evaluated claim was not approved',
    passes: {
      'rejected before': withPrevious({ Status: 'REJECTED', DateReviewed: '2024-01-25 15:09:59.999' }),
      'rejected after, an advance claim': withPrevious({
        Status: 'REJECTED',
        DateReviewed: '2024-02-01 09:00:00.000',
        IsAdvanceClaim: true,
      }),
      'rejected after, without a review': withPrevious({ Status: 'REJECTED', DateReviewed: null }),
      'reviewed after with no decision': withPrevious({
        Status: 'REQUEST-INFORMATION',
        DateReviewed: '2024-02-01 09:00:00.000',
      }),
      'approved, not known to be an advance claim': onlyManualClaim({ IsAdvanceClaim: null }),
    },
    fails: {
      'nothing earlier': { previousClaims: [], latestManuallyApprovedExpenses: undefined },
      'only approved automatically': {
        ...onlyManualClaim({ Status: 'AUTO-APPROVED' }),
        latestManuallyApprovedExpenses: undefined,
      },
      'rejected after': withPrevious({ Status: 'REJECTED', DateReviewed: '2024-01-25 15:10:00.001' }),
      'rejected after, the times written differently': {
        previousClaims: [
          previousClaim(501, { Status: 'REJECTED', DateReviewed: '2024-01-25 15:10:01.000' }),
          { ...manualClaim, DateReviewed: '2024-01-25T15:10:00' },
        ],
      },
      'rejected at the same moment, a later claim': {
        previousClaims: [
          previousClaim(22030, { Status: 'REJECTED', DateReviewed: '2024-01-25 15:10:00' }),
          manualClaim,
        ],
      },
    },
  },
  'is-no-previous-pending-claim': {
    sentence: 'There was a previous pending claim for this claimant',
    passes: { 'new, not pending': withPrevious({ Status: 'NEW' }) },
    fails: { 'one pending': withPrevious({}, { Status: 'PENDING' }) },
  },
  'is-prison-not-in-guernsey-jersey': {
    sentence: 'The prison being visited by this claimant is located in either Guernsey or Jersey',
    passes: {
      'in England': inRegion('ENG/WAL'),
      'in Scotland': inRegion('SCO'),
      'not on the list': inRegion(undefined),
    },
    fails: { 'on Jersey': inRegion('JSY'), 'on Guernsey': inRegion('GSY') },
  },
  'is-visit-in-past': {
    sentence: 'The date of visit for this claim is not in the past at time of processing',
    passes: {
      'today at midnight': journeyOn('2024-03-13 00:00:00'),
      'a millisecond ago': journeyOn('2024-03-13 11:29:59.999'),
    },
    fails: {
      now: journeyOn('2024-03-13 11:30:00.000'),
      'now, written differently': journeyOn('2024-03-13 11:30:00'),
      tomorrow: journeyOn('2024-03-14 00:00:00.000'),
    },
  },
  'visit-date-different-to-previous-claims': {
    sentence: 'The date of visit for this claim is the same as the date of visit for a previous claim',
    passes: {
      'the days around it': withPrevious(
        { DateOfJourney: '2024-03-08 00:00:00.000' },
        { DateOfJourney: '2024-03-10 00:00:00.000' },
      ),
    },
    fails: {
      'the same': withPrevious({}, { DateOfJourney: '2024-03-09 00:00:00.000' }),
      'the same day at another time': withPrevious({ DateOfJourney: '2024-03-09T14:00:00' }),
      'the same, even of a rejected claim': withPrevious({
        DateOfJourney: '2024-03-09 00:00:00',
        Status: 'REJECTED',
      }),
    },
  },
  'is-release-date-set': {
    sentence: 'Auto-Approval is disabled for prisoners with pending release dates',
    passes: { set: { prisoner: { ...passingCase.prisoner, ReleaseDateIsSet: true } } },
    fails: {
      'not set': { prisoner: { ...passingCase.prisoner, ReleaseDateIsSet: false } },
      'not recorded': { prisoner: { ...passingCase.prisoner, ReleaseDateIsSet: null } },
    },
  },
  'prisoner-not-visited-on-this-date': {
    sentence: 'A claim has already been made for this prisoner on this date',
    passes: { 'its own eligibility': { eligibilitiesOnThisDate: 1 } },
    fails: { 'another eligibility': { eligibilitiesOnThisDate: 2 } },
  },
  'is-benefit-expiry-date-in-future': {
    sentence: 'The visit date is after the benefit expiry date',
    passes: {
      'the same day': benefitExpires('2024-03-09 00:00:00.000'),
      'the same day, the journey later in it': {
        ...benefitExpires('2024-03-09 00:00:00'),
        ...journeyOn('2024-03-09 14:00:00.000'),
      },
    },
    fails: {
      'the day before': benefitExpires('2024-03-08 23:59:59.000'),
      'not set': { change: benefitExpires(null), sentence: 'The Benefit Expiry Date has not been set' },
    },
  },
}

const decide = (change: Change) => decideApproval({ ...passingCase, ...change })
const passing = Object.entries(rules).flatMap(([name, { passes }]) =>
  Object.entries(passes).map(([label, change]) => ({ name, label, change })),
)
const failing = Object.entries(rules).flatMap(([name, { fails, sentence }]) =>
  Object.entries(fails).map(([label, of]) =>
    'change' in of ? { name, label, ...of } : { name, label, change: of, sentence },
  ),
)

describe('approval rules', () => {
  it('are reported in this order', () => {
    expect(approvalRules.map((rule) => rule.name)).toEqual(Object.keys(rules))
  })

  it.each(passing)('$name passes: $label', ({ change }) => {
    expect(decide(change)).toEqual({ kind: 'approve-now' })
  })

  it.each(failing)('$name fails alone: $label', ({ name, change, sentence }) => {
    const decision = decide(change)
    const failures = decision.kind === 'failed' ? decision.failures : []
    expect(failures.map(({ rule, message }) => [rule, message.split('. ')[0]])).toEqual([[name, sentence]])
  })

  it.each(failing)('$name passes when disabled: $label', ({ name, change }) => {
    const { rulesDisabled } = approvalSettings(
      configWith({ RulesDisabled: `no-such-rule,, ${name.toUpperCase()} ,` }),
      documentedDefaults,
    )
    const settings = { ...(change.settings ?? passingCase.settings), rulesDisabled }
    expect(decide({ ...change, settings })).toEqual({ kind: 'approve-now' })
  })
})
