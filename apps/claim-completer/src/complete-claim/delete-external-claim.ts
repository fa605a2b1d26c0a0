import type { Compilable, Kysely } from 'kysely'
import type { ClaimRef, Database } from '#shared/database'

const ofClaim = ['ClaimBankDetail', 'ClaimDocument', 'ClaimExpense', 'ClaimChild', 'ClaimEscort'] as const
const ofEligibility = ['EligibilityVisitorUpdateContactDetail'] as const
const eligibility = ['Visitor', 'Prisoner', 'Benefit', 'EligibleChild', 'Eligibility'] as const

/**
 * The statements that delete a claim and its eligibility from the external schema, children first, disabled rows
 * included. Another claim's rows stay. Domain: `tasks.md`, COMPLETE-CLAIM step 6.
 */
export function deleteExternalClaim(db: Kysely<Database>, claim: ClaimRef): Compilable[] {
  const { reference, eligibilityId, claimId } = claim
  const deleteByEligibility = (table: (typeof ofEligibility)[number] | (typeof eligibility)[number]) =>
    db
      .deleteFrom(`ExtSchema.${table}`)
      .where('EligibilityId', '=', eligibilityId)
      .where('Reference', '=', reference)
  return [
    ...ofClaim.map((table) =>
      db.deleteFrom(`ExtSchema.${table}`).where('Reference', '=', reference).where('ClaimId', '=', claimId),
    ),
    db
      .deleteFrom('ExtSchema.ClaimDocument')
      .where('EligibilityId', '=', eligibilityId)
      .where('Reference', '=', reference)
      .where('ClaimId', 'is', null),
    ...ofEligibility.map(deleteByEligibility),
    db.deleteFrom('ExtSchema.Claim').where('Reference', '=', reference).where('ClaimId', '=', claimId),
    ...eligibility.map(deleteByEligibility),
  ]
}
