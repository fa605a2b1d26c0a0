import { Injectable } from '@nestjs/common'
import type { Kysely } from 'kysely'
import { paymentStatus } from '#shared/claims'
import type { Database } from '#shared/database'
import { TemporaryFailure } from '#shared/messaging'
import { TopUpsDue, type DuePayment } from '#shared/payments'
import type { Step } from './payment-runs.repository.js'

/** Top-ups that have not been paid, and whether they still are as a run takes them. */
@Injectable()
export class DueTopUps extends TopUpsDue {
  /** @throws TemporaryFailure if one has been paid or taken away since they were read */
  async take({ db }: Step, topUps: readonly DuePayment[]): Promise<void> {
    const ids = topUps.map(({ itemId }) => itemId)
    if ((await pendingOf(db, ids)).length < ids.length) throw new TemporaryFailure('top-ups-changed')
  }
}

const pendingOf = (db: Kysely<Database>, ids: readonly number[]) =>
  db
    .selectFrom('IntSchema.TopUp')
    .select('TopUpId')
    .where('TopUpId', 'in', ids)
    .where('PaymentStatus', '=', paymentStatus.pending)
    .where('PaymentDate', 'is', null)
    .execute()
