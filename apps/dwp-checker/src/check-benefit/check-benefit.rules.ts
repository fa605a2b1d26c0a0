import { dayOf, type LocalTime } from '#shared/clock'
import { claimStatus, isUndecided, sameStatus } from '#shared/claims'
import { isPlainText } from '#shared/http'

/** What the benefit checker says of a person. */
export const benefitStatuses = ['YES', 'NO', 'UNDETERMINED', 'DECEASED'] as const
export type BenefitStatus = (typeof benefitStatuses)[number]

/** What is stored: the answer, or that nobody was asked because the checker is switched off. */
export type CheckResult = BenefitStatus | 'NOT-RUN'

/** A person to ask about. Personal data. */
export interface Person {
  readonly surname: string
  readonly nationalInsuranceNumber: string
  readonly dateOfBirth: LocalTime
}

/** What is known of a claim before its benefit is checked. */
export interface ClaimFacts {
  readonly claimStatus: string
  /** It has been approved or paid before. */
  readonly isApprovedOrPaid: boolean
  readonly visitor: Person
  readonly emailAddress: string
  readonly benefit: string | null
  readonly benefitOwner: string | null
  /** The row in `Benefit`: whose benefit it is, where it is not the visitor's. */
  readonly benefitHolder: Person | undefined
  /** The claim's case has an enabled document of this benefit that is still to be uploaded. */
  readonly evidenceOutstanding: boolean
}

/** The benefits whose evidence a visitor can upload. */
const benefitsWithEvidence = [
  'income-support',
  'jobseekers-allowance',
  'employment-support',
  'pension-credit',
] as const

export type Decision =
  | { readonly kind: 'ask-for-evidence'; readonly benefit: (typeof benefitsWithEvidence)[number] }
  /** The check was run again, and the visitor still has to answer: no second document and no second email. */
  | { readonly kind: 'keep-waiting' }
  /** A caseworker was faster than the check: the result is for the record. */
  | { readonly kind: 'keep-decision' }
  | { readonly kind: 'go-on-to-approval' }

/** Who is checked: the visitor, or whoever's benefit it is; undefined if that person's row is missing. */
export function personToCheck({ benefitOwner, visitor, benefitHolder }: ClaimFacts): Person | undefined {
  return plain(benefitOwner) === 'no' ? benefitHolder : visitor
}

/** The person as the service wants them. */
export function requestFields({ surname, nationalInsuranceNumber, dateOfBirth }: Person) {
  return {
    nino: nationalInsuranceNumber.trim().toUpperCase(),
    surname: surname.trim().toUpperCase(),
    dateOfBirth: dayOf(dateOfBirth).replaceAll('-', ''),
  }
}

/**
 * Whether what is asked can be written as it is: no character that XML has not, and nothing that our own SOAP library
 * would take for XML instead of text. It is looked for as it is, so nothing is left out of it.
 */
export const isSendable = (person: Person): boolean =>
  Object.values(requestFields(person)).every((text) => isPlainText(text) && !text.startsWith('<![CDATA['))

/** The status in an answer, in whatever case it comes; undefined for one that nobody knows. */
export function benefitStatus(text: string): BenefitStatus | undefined {
  return benefitStatuses.find((status) => status === text.trim().toUpperCase())
}

/** What follows from a result. Domain: `approval.md`, "Benefit check". */
export function decide(facts: ClaimFacts, result: CheckResult): Decision {
  const benefit = benefitsWithEvidence.find((name) => name === plain(facts.benefit))
  if (result === 'YES' || !benefit) return { kind: 'go-on-to-approval' }
  if (isDecided(facts)) return { kind: 'keep-decision' }
  const asked = sameStatus(facts.claimStatus, claimStatus.requestInformation) && facts.evidenceOutstanding
  return asked ? { kind: 'keep-waiting' } : { kind: 'ask-for-evidence', benefit }
}

/** A late or repeated check does not take a decision back; one to pay is one even while bank details are asked for. */
const isDecided = ({ claimStatus: status, isApprovedOrPaid }: ClaimFacts): boolean =>
  isApprovedOrPaid || !isUndecided(status) || sameStatus(status, claimStatus.requestInfoPayment)

/** As SQL Server compares: without regard to case or to spaces around. */
const plain = (text: string | null): string | undefined => text?.trim().toLowerCase()
