import { Injectable } from '@nestjs/common'
import { DatabaseConnection, type Row, type Work } from '#shared/database'

export type WaitingApproval = Pick<
  Row<'IntSchema.AutoApproval'>,
  'AutoApprovalId' | 'ClaimId' | 'EmailAddress'
>

const pageSize = 200

/** The claims that wait for the daily run. */
@Injectable()
export class WaitingApprovals {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Every entry in the order of their ids, read in pages. */
  async *all(): AsyncIterable<WaitingApproval> {
    const { db, dialect } = this.connection
    let last = 0
    for (;;) {
      const query = db
        .selectFrom('IntSchema.AutoApproval')
        .select(['AutoApprovalId', 'ClaimId', 'EmailAddress'])
        .where('AutoApprovalId', '>', last)
        .orderBy('AutoApprovalId')
      const page = await dialect.first(query, pageSize).execute()
      yield* page
      const end = page.at(-1)
      if (!end || page.length < pageSize) return
      last = end.AutoApprovalId
    }
  }

  /** The claim of an entry as it is now, with the visitor's address. */
  claimOf(work: Work, { ClaimId }: WaitingApproval) {
    return work.db
      .selectFrom('IntSchema.Claim as c')
      .leftJoin('IntSchema.Visitor as v', 'v.EligibilityId', 'c.EligibilityId')
      .select(['c.Status', 'c.Reference', 'c.EligibilityId', 'v.EmailAddress'])
      .where('c.ClaimId', '=', ClaimId)
      .executeTakeFirst()
  }

  async remove(work: Work, { AutoApprovalId }: WaitingApproval): Promise<void> {
    await work.db.deleteFrom('IntSchema.AutoApproval').where('AutoApprovalId', '=', AutoApprovalId).execute()
  }
}
