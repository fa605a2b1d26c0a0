import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { ClaimRef } from '../unit-of-work/index.js'

/**
 * Which rows of `ClaimDocument`, in either schema, belong to the case of a claim: its own, and those of its eligibility
 * that belong to no claim (evidence of the benefit, say); never another claim's. Disabled ones too.
 * @param alias of the table in the query, where it has one
 */
export function isDocumentOfCase(
  { reference, eligibilityId, claimId }: ClaimRef,
  alias?: string,
): RawBuilder<SqlBool> {
  const column = (name: string) => sql.ref(alias === undefined ? name : `${alias}.${name}`)
  const ofNoClaim = sql`${column('ClaimId')} is null and ${column('EligibilityId')} = ${eligibilityId}`
  // The reference finds them, for it is indexed; the ids choose among them.
  return sql`${column('Reference')} = ${reference} and (${column('ClaimId')} = ${claimId} or ${ofNoClaim})`
}
