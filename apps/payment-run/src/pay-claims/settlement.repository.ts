import { Injectable } from '@nestjs/common'
import { sql, type Kysely } from 'kysely'
import { paymentState, runState } from '#shared/contracts'
import { paymentStatus } from '#shared/claims'
import { DatabaseConnection, type Database } from '#shared/database'
import { Log } from '#shared/logging'
import type { Payment } from '../payment.js'
import { claimsPaid, claimsTold } from './told-payments.repository.js'
import { PaymentRuns, type PaymentRun, type Step } from './payment-runs.repository.js'

/** Payments that are settled in one transaction, by a handful of statements whatever their number. */
const settledAtOnce = 1_000

const kinds: readonly Payment['kind'][] = ['claim', 'top-up']

/** The payments of a run between two keys. */
interface Range {
  readonly run: PaymentRun
  readonly kind: Payment['kind']
  readonly after: number
  readonly to: number
}

/** Marks as paid what is in the files. */
@Injectable()
export class Settlement {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly runs: PaymentRuns,
    private readonly log: Log,
  ) {}

  /** Settles the run's next page, or ends the settlement. */
  async settleNext(run: PaymentRun): Promise<void> {
    const kind = kinds[run.Stage]
    if (!kind) return this.end(run)
    const to = await this.lastOfPage(run, kind)
    if (to === undefined) {
      await this.runs.advance(run, { Stage: run.Stage + 1, LastKey: 0 })
      return
    }
    const range = { run, kind, after: run.LastKey, to }
    await this.runs.advance(run, { LastKey: to }, async (step) => {
      await (kind === 'claim' ? this.settleClaims(step, range) : this.settleTopUps(step, range))
      await this.settlePayments(step, range)
    })
  }

  private async end(run: PaymentRun): Promise<void> {
    if (await this.runs.advance(run, { State: runState.settled }, (step) => claimsTold(step, run)))
      this.log.info('payments settled', { run: run.RunId, count: run.ClaimsPaid + run.TopUpsPaid })
  }

  private async lastOfPage(run: PaymentRun, kind: Payment['kind']): Promise<number | undefined> {
    const query = this.connection.db
      .selectFrom('AsyncSchema.Payment')
      .select('ItemId')
      .where('RunId', '=', run.RunId)
      .where('Kind', '=', kind)
      .where('State', '=', paymentState.reserved)
      .where('ItemId', '>', run.LastKey)
      .orderBy('ItemId')
    return (await this.connection.dialect.first(query, settledAtOnce).execute()).at(-1)?.ItemId
  }

  private async settleClaims(step: Step, range: Range): Promise<void> {
    await step.db
      .updateTable('IntSchema.Claim')
      .set((set) => ({
        PaymentStatus: paymentStatus.processed,
        PaymentDate: step.now,
        PaymentAmount: set
          .selectFrom('AsyncSchema.Payment as p')
          .select(sql<number>`${sql.ref('p.Amount')} / 100.0`.as('pounds'))
          .whereRef('p.ItemId', '=', 'IntSchema.Claim.ClaimId')
          .where('p.RunId', '=', range.run.RunId)
          .where('p.Kind', '=', range.kind),
      }))
      .where('ClaimId', 'in', this.itemsOf(range))
      .where('PaymentStatus', 'is', null)
      .execute()
    await claimsPaid(step, range.run, () =>
      this.itemsOf(range, step.db)
        .clearSelect()
        .select(['r.Reference as reference', 'r.ItemId as claimId'])
        .execute(),
    )
  }

  private async settleTopUps(step: Step, range: Range): Promise<void> {
    await step.db
      .updateTable('IntSchema.TopUp')
      .set({ PaymentStatus: paymentStatus.processed, PaymentDate: step.now })
      .where('TopUpId', 'in', this.itemsOf(range))
      .where('PaymentStatus', '=', paymentStatus.pending)
      .execute()
  }

  /** What the bank needed to know is in the files: here nobody needs it any more. */
  private async settlePayments({ db }: Step, { run, kind, after, to }: Range): Promise<void> {
    const bankData = {
      SortCode: null,
      AccountNumber: null,
      NameOnAccount: null,
      RollNumber: null,
      Country: null,
    }
    await db
      .updateTable('AsyncSchema.Payment')
      .set({ State: paymentState.settled, ...bankData })
      .where('RunId', '=', run.RunId)
      .where('Kind', '=', kind)
      .where('State', '=', paymentState.reserved)
      .where('ItemId', '>', after)
      .where('ItemId', '<=', to)
      .execute()
  }

  private itemsOf({ run, kind, after, to }: Range, db: Kysely<Database> = this.connection.db) {
    return db
      .selectFrom('AsyncSchema.Payment as r')
      .select('r.ItemId')
      .where('r.RunId', '=', run.RunId)
      .where('r.Kind', '=', kind)
      .where('r.State', '=', paymentState.reserved)
      .where('r.ItemId', '>', after)
      .where('r.ItemId', '<=', to)
  }
}
