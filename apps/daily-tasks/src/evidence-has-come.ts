import { sql, type ExpressionBuilder, type ExpressionWrapper, type SqlBool } from 'kysely'
import { claimEvent } from '#shared/claims'
import type { Database } from '#shared/database'

type Tables = Database & { c: Database['IntSchema.Claim'] }

/**
 * Whether documents of a claim, a row `c` of `IntSchema.Claim`, came after it was approved: an answer leaves its status as it
 * is, so only the event says that the evidence is there. Why: ADR 26.
 */
export const evidenceHasCome = (
  claim: ExpressionBuilder<Tables, 'c'>,
): ExpressionWrapper<Tables, 'c', SqlBool> =>
  claim.exists(
    claim
      .selectFrom('IntSchema.ClaimEvent as came')
      .select('came.ClaimEventId')
      .whereRef('came.Reference', '=', 'c.Reference')
      .whereRef('came.ClaimId', '=', 'c.ClaimId')
      .where('came.Event', '=', claimEvent.updated)
      .where(
        'came.DateAdded',
        '>',
        sql<string>`coalesce(${sql.ref('c.DateApproved')}, ${sql.ref('c.DateReviewed')}, ${sql.ref('c.DateSubmitted')})`,
      ),
  )
