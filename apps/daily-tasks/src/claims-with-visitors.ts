import type { Kysely } from 'kysely'
import type { ClaimRef, Database } from '#shared/database'

/** A claim and where its visitor is written to; null if it has no visitor. Personal data. */
export interface ClaimWithVisitor extends ClaimRef {
  readonly emailAddress: string | null
}

/** The claims after an id, in the order of their ids: to be narrowed down to a page of those a job is about. */
export const claimsWithVisitors = (db: Kysely<Database>, after: number) =>
  db
    .selectFrom('IntSchema.Claim as c')
    .leftJoin('IntSchema.Visitor as v', (join) =>
      join.onRef('v.EligibilityId', '=', 'c.EligibilityId').onRef('v.Reference', '=', 'c.Reference'),
    )
    .select(['c.ClaimId as claimId', 'c.EligibilityId as eligibilityId', 'c.Reference as reference'])
    .select('v.EmailAddress as emailAddress')
    .where('c.ClaimId', '>', after)
    .orderBy('c.ClaimId')
