import { sameText } from '#shared/contracts'
import type { Row } from '#shared/database'

/** A claim as it waits in the external schema, and whether what must belong to it is there. */
export interface SubmittedClaim {
  readonly claimType: string | null
  readonly paymentMethod: string | null
  readonly hasBankDetail: boolean
  readonly visitor: Pick<Row<'IntSchema.Visitor'>, 'PostCode' | 'Country'> | undefined
  readonly nameOfPrison: string | undefined
  /** The eligibility comes with the claim; otherwise it is in the internal schema already. */
  readonly bringsEligibility: boolean
  /** The last of its visitor's new contact details that are there, nought if there are none: what comes after it stays. */
  readonly contactDetailsUpTo: number
}

/** Why a claim can never be migrated as it is; undefined if it can. Domain: `tasks.md`, COMPLETE-CLAIM. */
export function whyNotMigratable(
  claim: SubmittedClaim,
): 'bank-detail-missing' | 'eligibility-missing' | undefined {
  const paidToBank = sameText(claim.paymentMethod ?? '', 'bank')
  if (paidToBank && !claim.hasBankDetail) return 'bank-detail-missing'
  if (!claim.visitor) return 'eligibility-missing'
  return undefined
}

/** A payout is collected in cash: its bank detail, if any, is left behind. */
export const takesBankDetail = ({ paymentMethod }: SubmittedClaim): boolean =>
  !sameText(paymentMethod ?? '', 'payout')
