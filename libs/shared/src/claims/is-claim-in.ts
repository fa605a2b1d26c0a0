import type { Kysely } from 'kysely'
import type { ClaimRef } from '../unit-of-work/index.js'
import type { Database } from '../database/index.js'

/** Whether a claim is in a schema: in the external one while it waits to be completed, in the internal one after it. */
export async function isClaimIn(
  db: Kysely<Database>,
  schema: 'ExtSchema' | 'IntSchema',
  { reference, eligibilityId, claimId }: ClaimRef,
): Promise<boolean> {
  const row = await db
    .selectFrom(`${schema}.Claim`)
    .select('ClaimId')
    .where('Reference', '=', reference)
    .where('EligibilityId', '=', eligibilityId)
    .where('ClaimId', '=', claimId)
    .executeTakeFirst()
  return row !== undefined
}
