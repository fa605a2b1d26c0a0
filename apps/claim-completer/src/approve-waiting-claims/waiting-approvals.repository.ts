import { Injectable } from '@nestjs/common'
import { DatabaseConnection, type Row } from '#shared/database'
import type { Work } from '#shared/unit-of-work'
import { pageSize, type JobStage } from '#shared/jobs'

export type WaitingApproval = Pick<
  Row<'IntSchema.AutoApproval'>,
  'AutoApprovalId' | 'ClaimId' | 'EmailAddress'
>

/** The claims that wait for the daily run. */
@Injectable()
export class WaitingApprovals {
  constructor(private readonly connection: DatabaseConnection) {}

  /** The entries in the order of their ids. */
  readonly inOrder: Pick<JobStage<WaitingApproval>, 'read' | 'keyOf'> = {
    keyOf: ({ AutoApprovalId }) => AutoApprovalId,
    read: (db, after) => {
      const query = db
        .selectFrom('IntSchema.AutoApproval')
        .select(['AutoApprovalId', 'ClaimId', 'EmailAddress'])
        .where('AutoApprovalId', '>', after)
        .orderBy('AutoApprovalId')
      return this.connection.dialect.first(query, pageSize).execute()
    },
  }

  /** The claim of an entry as it is now, with the visitor's address. */
  claimOf(work: Work, { ClaimId }: WaitingApproval) {
    return work.db
      .selectFrom('IntSchema.Claim as c')
      .leftJoin('IntSchema.Visitor as v', 'v.EligibilityId', 'c.EligibilityId')
      .select(['c.Status', 'c.DateApproved', 'c.PaymentStatus'])
      .select(['c.Reference', 'c.EligibilityId', 'v.EmailAddress'])
      .where('c.ClaimId', '=', ClaimId)
      .executeTakeFirst()
  }

  async remove(work: Work, entries: readonly WaitingApproval[]): Promise<void> {
    const ids = entries.map(({ AutoApprovalId }) => AutoApprovalId)
    await work.db.deleteFrom('IntSchema.AutoApproval').where('AutoApprovalId', 'in', ids).execute()
  }
}
