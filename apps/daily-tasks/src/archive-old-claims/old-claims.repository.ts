import { Injectable } from '@nestjs/common'
import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import { isUnderWay } from '#shared/claims'
import type { LocalTime } from '#shared/clock'
import { DatabaseConnection, type Database } from '#shared/database'
import { pageSize, type TakingStage } from '#shared/jobs'
import { conditionsToStay } from '../archivable.js'
import { holdClaims } from '../claims-of-job.js'
import { daysBefore } from './old-claims.rules.js'

interface OldClaim {
  readonly claimId: number
}

/** Claims that were reviewed long ago. */
@Injectable()
export class OldClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Claims reviewed more than `days` days before a time that may go, each to be archived; not asked for twice. */
  reviewedBefore(time: LocalTime, days: number): TakingStage<OldClaim> {
    const { dialect } = this.connection
    const before = daysBefore(time, days)
    return {
      keyOf: ({ claimId }) => claimId,
      read(db, after) {
        const query = db
          .selectFrom('IntSchema.Claim as c')
          .select('c.ClaimId as claimId')
          .where('c.ClaimId', '>', after)
          .where('c.DateReviewed', '<', before)
          .where(sql<SqlBool>`not ${stays(db)}`)
          .orderBy('c.ClaimId')
        return dialect.first(query, pageSize).execute()
      },
      async passedOver(db) {
        const { count } = await db
          .selectFrom('IntSchema.Claim as c')
          .select((select) => select.fn.countAll<number>().as('count'))
          .where('c.DateReviewed', '<', before)
          .where(stays(db))
          .executeTakeFirstOrThrow()
        return count
      },
      async take(work, claims) {
        const ids = claims.map(({ claimId }) => claimId)
        // Until the transaction ends nobody else asks for the same ones. What was asked before is seen once they are held.
        const [, taken] = await dialect.questions(work.db, [
          holdClaims(work.db, dialect, ids),
          work.db
            .selectFrom('IntSchema.Claim as c')
            .select('c.ClaimId as claimId')
            .where('c.ClaimId', 'in', ids)
            .where(sql<SqlBool>`not ${stays(work.db)}`),
        ])
        return taken
      },
    }
  }
}

/** It may not go yet, or has been asked for. */
const stays = (db: Kysely<Database>): RawBuilder<SqlBool> => {
  const reasons = [
    ...Object.values(conditionsToStay(db)),
    isUnderWay(db, 'c.ClaimId', [{ task: 'ARCHIVE-CLAIM' }]),
  ]
  return sql`(${sql.join(reasons, sql` or `)})`
}
