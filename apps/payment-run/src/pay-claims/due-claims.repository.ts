import { Injectable } from '@nestjs/common'
import { sql, type Kysely } from 'kysely'
import { pounds, type Database } from '#shared/database'
import { TemporaryFailure } from '#shared/messaging'
import { ClaimsDue, largestAmount, type DueClaim } from '#shared/payments'
import type { Step } from './payment-runs.repository.js'

/** Approved claims that have not been paid, and what a run writes down of them. */
@Injectable()
export class DueClaims extends ClaimsDue {
  /**
   * Stores what the claims come to, be they paid or not.
   * @throws TemporaryFailure if one has been paid or taken away since they were read
   */
  async take({ db }: Step, claims: readonly DueClaim[]): Promise<void> {
    const totals = claims.map(({ claimId, total }) => [claimId, total] as const)
    const manual = claims.flatMap(({ claimId, manuallyProcessed }) =>
      manuallyProcessed === undefined ? [] : [[claimId, manuallyProcessed] as const],
    )
    if ((await store(db, 'TotalAmount', totals)) < claims.length) throw new TemporaryFailure('claims-changed')
    if (manual.length) await store(db, 'ManuallyProcessedAmount', manual)
  }
}

/**
 * Stores an amount of each of some unpaid claims, in one statement.
 * @param amounts by `ClaimId`, in pence
 * @returns how many of the claims there are, and unpaid
 */
async function store(
  db: Kysely<Database>,
  column: 'TotalAmount' | 'ManuallyProcessedAmount',
  amounts: readonly (readonly [claimId: number, amount: number])[],
): Promise<bigint> {
  const cases = amounts.map(([claimId, amount]) => sql`when ${claimId} then ${storable(amount)}`)
  const { numUpdatedRows } = await db
    .updateTable('IntSchema.Claim')
    .set({ [column]: sql<number>`case ${sql.ref('ClaimId')} ${sql.join(cases, sql` `)} end` })
    .where(
      'ClaimId',
      'in',
      amounts.map(([claimId]) => claimId),
    )
    .where('PaymentStatus', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows
}

/** What its column cannot hold is not stored: such a claim is left out, and says so. */
const storable = (amount: number): number | null =>
  Math.abs(amount) <= largestAmount ? pounds(amount) : null
