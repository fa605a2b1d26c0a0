import { claimEvent, claimStatus } from '#shared/claims'
import type { ExpectedEnd } from './submitted-claim.js'

/** What makes a kind of claim; everything not said is as usual. */
export interface KindOfClaim {
  readonly title: string
  readonly claimType: 'first-time' | 'repeat' | 'repeat-new-eligibility'
  readonly expected: ExpectedEnd
  readonly expectedWaiting?: ExpectedEnd
  /** By train unless by car. */
  readonly byCar?: true
  /** To a bank account unless as a payout. */
  readonly payout?: true
  readonly surname?: string
  readonly benefit?: string
  readonly benefitAnswer?: string
  readonly benefitOfPartner?: true
  readonly documentsLater?: true
  readonly newContactDetails?: true
  readonly untrusted?: true
}

const submitted: ExpectedEnd = {
  status: claimStatus.new,
  events: [claimEvent.submitted],
  emails: ['SUBMIT_CLAIM_EMAIL_TEMPLATE_ID'],
}
const evidenceAsked: ExpectedEnd = {
  status: claimStatus.requestInformation,
  events: [claimEvent.submitted, claimEvent.requestInformation],
  emails: ['SUBMIT_CLAIM_EMAIL_TEMPLATE_ID', 'REQUEST_INFORMATION_CLAIM_EMAIL_TEMPLATE_ID'],
}
const approved: ExpectedEnd = {
  status: claimStatus.autoApproved,
  events: [claimEvent.submitted, claimEvent.autoApproved],
  emails: ['SUBMIT_CLAIM_EMAIL_TEMPLATE_ID', 'ACCEPTED_CLAIM_BANK_EMAIL_TEMPLATE_ID'],
}
const contactDetailsEvents = [claimEvent.submitted, claimEvent.contactDetailsUpdated]

/** The kinds of claim, the most different ones first: a few of them are a fair sample. */
export const kindsOfClaims = {
  'first-time': { title: 'first, by train', claimType: 'first-time', expected: submitted },
  'repeat-passing': {
    title: 'repeat, passes every rule',
    claimType: 'repeat',
    expected: approved,
    expectedWaiting: submitted,
  },
  'benefit-not-confirmed': {
    title: 'first, benefit not confirmed',
    claimType: 'first-time',
    surname: 'Larchwood-Nay',
    benefit: 'jobseekers-allowance',
    benefitAnswer: 'No',
    expected: evidenceAsked,
  },
  'repeat-failing': {
    title: 'repeat, fails a rule',
    claimType: 'repeat',
    untrusted: true,
    expected: { ...submitted, events: [claimEvent.submitted, claimEvent.autoApprovalFailure] },
  },
  'first-time-car': { title: 'first, by car', claimType: 'first-time', byCar: true, expected: submitted },
  'contact-details-changed': {
    title: 'repeat, new contact details',
    claimType: 'repeat',
    newContactDetails: true,
    expected: { ...approved, events: [...contactDetailsEvents, claimEvent.autoApproved] },
    expectedWaiting: { ...submitted, events: contactDetailsEvents },
  },
  'odd-surname': {
    title: 'first, odd surname',
    claimType: 'first-time',
    surname: `O'Fox & "Söns" <🦊>`,
    expected: submitted,
  },
  'documents-pending': {
    title: 'first, documents to follow',
    claimType: 'first-time',
    documentsLater: true,
    expected: { ...submitted, status: claimStatus.pending },
  },
  payout: {
    title: 'repeat, paid as a payout',
    claimType: 'repeat',
    payout: true,
    expected: {
      ...approved,
      emails: ['SUBMIT_CLAIM_EMAIL_TEMPLATE_ID', 'ACCEPTED_CLAIM_PAYOUT_EMAIL_TEMPLATE_ID'],
    },
    expectedWaiting: submitted,
  },
  'benefit-of-partner': {
    title: "first, partner's benefit",
    claimType: 'first-time',
    benefit: 'income-support',
    benefitOfPartner: true,
    expected: submitted,
  },
  'new-eligibility': {
    title: 'repeat, new eligibility',
    claimType: 'repeat-new-eligibility',
    expected: submitted,
  },
} as const satisfies Readonly<Record<string, KindOfClaim>>

export type ClaimKind = keyof typeof kindsOfClaims

export const claimKinds = Object.keys(kindsOfClaims) as ClaimKind[]
