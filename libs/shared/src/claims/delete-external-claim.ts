import type { Compilable, Kysely } from 'kysely'
import type { ClaimRef, Database } from '../database/index.js'

const ofClaim = [
  'ClaimBankDetail',
  'ClaimDocument',
  'ClaimExpense',
  'ClaimChild',
  'ClaimEscort',
  'Claim',
] as const
const ofEligibility = [
  'EligibilityVisitorUpdateContactDetail',
  'Visitor',
  'Prisoner',
  'Benefit',
  'EligibleChild',
  'Eligibility',
] as const

/**
 * The statements that delete a claim and its eligibility from the external schema, children first, disabled rows
 * included. Another claim's rows stay. Domain: `tasks.md`, COMPLETE-CLAIM step 6.
 */
export function deleteExternalClaim(db: Kysely<Database>, claim: ClaimRef): Compilable[] {
  const { reference, eligibilityId, claimId } = claim
  return [
    ...ofClaim.map((table) =>
      db.deleteFrom(`ExtSchema.${table}`).where('Reference', '=', reference).where('ClaimId', '=', claimId),
    ),
    db
      .deleteFrom('ExtSchema.ClaimDocument')
      .where('EligibilityId', '=', eligibilityId)
      .where('Reference', '=', reference)
      .where('ClaimId', 'is', null),
    ...ofEligibility.map((table) =>
      db
        .deleteFrom(`ExtSchema.${table}`)
        .where('EligibilityId', '=', eligibilityId)
        .where('Reference', '=', reference),
    ),
  ]
}
