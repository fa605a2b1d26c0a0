import { sql, type Transaction } from 'kysely'
import type { LocalTime } from '../../clock/index.js'
import { notMarked, paymentState, runState, type PaymentFileType } from '../../contracts/index.js'
import { paymentStatus } from '../../claims/index.js'
import { pounds, type Database } from '../../database/index.js'
import type { Manifest, PaidItem } from '../../payments/index.js'

/** Few enough that an amount or three of each are the parameters of one statement. */
const pageSize = 200

/** What the database says of something that a lost run has paid; null: it is not there. */
export interface FoundItem {
  readonly id: number
  readonly claimId: number
  readonly reference: string
  /** When the claim was submitted, or the top-up was added, as far as that was written down. */
  readonly since: LocalTime | null
  readonly status: string | null
  readonly paid: LocalTime | null
}

const nobodysBank = {
  SortCode: null,
  AccountNumber: null,
  NameOnAccount: null,
  RollNumber: null,
  Country: null,
}

/** The rows of a payment run that the database has lost, written once more; all within one transaction. */
export class Recovery {
  constructor(private readonly db: Transaction<Database>) {}

  /** The run that has a stamp. */
  runOf(stamp: string) {
    return this.db
      .selectFrom('AsyncSchema.PaymentRun')
      .select(['RunId as runId', 'State as state'])
      .where('Stamp', '=', stamp)
      .executeTakeFirst()
  }

  async isTaken(runId: string): Promise<boolean> {
    const run = await this.db
      .selectFrom('AsyncSchema.PaymentRun')
      .select('RunId')
      .where('RunId', '=', runId)
      .executeTakeFirst()
    return run !== undefined
  }

  /** Writes the run down as settled. @throws a duplicate key if somebody else just has */
  async insertRun(runId: string, { date, stamp, made, ...sums }: Manifest, now: LocalTime): Promise<void> {
    await this.db
      .insertInto('AsyncSchema.PaymentRun')
      .values({
        ...{ RunId: runId, RunDate: date, Stamp: stamp, Stage: 0, LastKey: 0, LeftOut: 0 },
        ...{ DateStarted: made, DateReserved: made, ...settled(sums, made, now) },
      })
      .execute()
  }

  /** Of a run that was stopped: what it had reserved is released. @returns false if it is not stopped any more */
  async takeOver(runId: string, manifest: Manifest, now: LocalTime): Promise<boolean> {
    const { numUpdatedRows } = await this.db
      .updateTable('AsyncSchema.PaymentRun')
      .set(settled(manifest, manifest.made, now))
      .where('RunId', '=', runId)
      .where('State', '=', runState.stopped)
      .executeTakeFirst()
    if (!numUpdatedRows) return false
    await this.db
      .updateTable('AsyncSchema.Payment')
      .set({ State: paymentState.leftOut, Reason: 'not-in-the-files', ...nobodysBank })
      .where('RunId', '=', runId)
      .where('State', '=', paymentState.reserved)
      .execute()
    return true
  }

  /** Writes down what the run has paid. */
  async recordPayments(runId: string, payments: readonly PaidItem[]): Promise<void> {
    const rows = await this.db
      .selectFrom('AsyncSchema.Payment')
      .select(['Kind', 'ItemId'])
      .where('RunId', '=', runId)
      .execute()
    const known = new Set(rows.map(({ Kind, ItemId }) => `${Kind} ${ItemId}`))
    const isKnown = ({ kind, id }: PaidItem) => known.has(`${kind} ${id}`)
    for (const payment of payments.filter(isKnown)) await this.updatePayment(runId, payment)
    for (const page of pagesOf(payments.filter((each) => !isKnown(each)))) {
      const values = page.map(({ kind, id, ...payment }) => ({
        ...{ RunId: runId, Kind: kind, ItemId: id, ...columnsOf(payment), ...nobodysBank },
      }))
      await this.db.insertInto('AsyncSchema.Payment').values(values).execute()
    }
  }

  private async updatePayment(runId: string, { kind, id, ...payment }: PaidItem): Promise<void> {
    await this.db
      .updateTable('AsyncSchema.Payment')
      .set({ ...columnsOf(payment), ...nobodysBank })
      .where('RunId', '=', runId)
      .where('Kind', '=', kind)
      .where('ItemId', '=', id)
      .execute()
  }

  /** Takes a run: of two who mark what it could not, or let go of it, the second sees what the first has done. */
  async take(runId: string): Promise<void> {
    await this.db
      .updateTable('AsyncSchema.PaymentRun')
      .set((run) => ({ State: run.ref('State') }))
      .where('RunId', '=', runId)
      .execute()
  }

  /** What a run has paid and could not mark. */
  async unmarked(runId: string): Promise<Pick<PaidItem, 'kind' | 'id'>[]> {
    return this.db
      .selectFrom('AsyncSchema.Payment')
      .select(['Kind as kind', 'ItemId as id'])
      .where('RunId', '=', runId)
      .where('State', '=', paymentState.reserved)
      .where('Reason', '=', notMarked)
      .$narrowType<Pick<PaidItem, 'kind'>>()
      .execute()
  }

  /**
   * Keeps payments for what they paid, so that no run pays it again, or lets go of them: at most a page of one kind.
   * @throws a duplicate key if another run has one of them
   */
  async keep(
    runId: string,
    kind: PaidItem['kind'],
    { ids, kept }: { readonly ids: readonly number[]; readonly kept: boolean },
  ): Promise<void> {
    if (!ids.length) return
    await this.db
      .updateTable('AsyncSchema.Payment')
      .set(
        kept
          ? { State: paymentState.reserved, Reason: notMarked }
          : { State: paymentState.settled, Reason: null },
      )
      .where('RunId', '=', runId)
      .where('Kind', '=', kind)
      .where('ItemId', 'in', ids)
      .execute()
  }

  /** Lets go of one that is kept. @returns whether it was */
  async release(runId: string, { kind, id }: Pick<PaidItem, 'kind' | 'id'>): Promise<boolean> {
    const { numUpdatedRows } = await this.db
      .updateTable('AsyncSchema.Payment')
      .set({ State: paymentState.settled, Reason: null })
      .where('RunId', '=', runId)
      .where('Kind', '=', kind)
      .where('ItemId', '=', id)
      .where('State', '=', paymentState.reserved)
      .where('Reason', '=', notMarked)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /** At most a page of claims. */
  claims(ids: readonly number[]): Promise<FoundItem[]> {
    return this.db
      .selectFrom('IntSchema.Claim')
      .select(['ClaimId as id', 'ClaimId as claimId', 'Reference as reference'])
      .select(sql<LocalTime>`coalesce(${sql.ref('DateSubmitted')}, ${sql.ref('DateCreated')})`.as('since'))
      .select(['PaymentStatus as status', 'PaymentDate as paid'])
      .where('ClaimId', 'in', ids)
      .execute()
  }

  /** At most a page of top-ups. */
  topUps(ids: readonly number[]): Promise<FoundItem[]> {
    return this.db
      .selectFrom('IntSchema.TopUp as t')
      .innerJoin('IntSchema.Claim as c', 'c.ClaimId', 't.ClaimId')
      .select(['t.TopUpId as id', 't.ClaimId as claimId', 'c.Reference as reference', 't.DateAdded as since'])
      .select(['t.PaymentStatus as status', 't.PaymentDate as paid'])
      .where('t.TopUpId', 'in', ids)
      .execute()
  }

  /** Marks claims as paid that are not. @returns how many were marked */
  async markClaims(claims: readonly PaidItem[], made: LocalTime): Promise<number> {
    const { numUpdatedRows } = await this.db
      .updateTable('IntSchema.Claim')
      .set({
        ...{ PaymentStatus: paymentStatus.processed, PaymentDate: made },
        PaymentAmount: amountOf('PaymentAmount', claims, ({ pence }) => pence),
        TotalAmount: amountOf('TotalAmount', claims, ({ total }) => total),
        ManuallyProcessedAmount: amountOf('ManuallyProcessedAmount', claims, ({ manual }) => manual),
      })
      .where('ClaimId', 'in', idsOf(claims))
      .where('PaymentStatus', 'is', null)
      .executeTakeFirst()
    return Number(numUpdatedRows)
  }

  /** Marks top-ups as paid that are not. @returns how many were marked */
  async markTopUps(topUps: readonly PaidItem[], made: LocalTime): Promise<number> {
    const { numUpdatedRows } = await this.db
      .updateTable('IntSchema.TopUp')
      .set({ PaymentStatus: paymentStatus.processed, PaymentDate: made })
      .where('TopUpId', 'in', idsOf(topUps))
      .where('PaymentStatus', '=', paymentStatus.pending)
      .executeTakeFirst()
    return Number(numUpdatedRows)
  }

  /** Writes down that a file exists, unless there is a row of it. @returns whether there was none */
  async recordFile(
    file: { readonly type: PaymentFileType; readonly path: string },
    row: { readonly created: LocalTime; readonly enabled: boolean },
  ): Promise<boolean> {
    const known = await this.db
      .selectFrom('IntSchema.DirectPaymentFile')
      .select('PaymentFileId')
      .where('Filepath', '=', file.path)
      .executeTakeFirst()
    if (known) return false
    await this.db
      .insertInto('IntSchema.DirectPaymentFile')
      .values({ FileType: file.type, Filepath: file.path, DateCreated: row.created, IsEnabled: row.enabled })
      .execute()
    return true
  }
}

const settled = (
  { claims, topUps, totalPence }: Pick<Manifest, 'claims' | 'topUps' | 'totalPence'>,
  made: LocalTime,
  now: LocalTime,
) => ({
  ...{ State: runState.settled, LastReason: 'recovered', DateFilesWritten: made, DateSettled: now },
  ...{ ClaimsPaid: claims, TopUpsPaid: topUps, TotalPence: totalPence },
})

const columnsOf = ({ claimId, reference, pence }: Pick<PaidItem, 'claimId' | 'reference' | 'pence'>) => ({
  ...{ ClaimId: claimId, Reference: reference, Amount: pence, State: paymentState.settled, Reason: null },
})

const idsOf = (items: readonly PaidItem[]): readonly number[] => items.map(({ id }) => id)

/** An amount of each of some claims, in pounds; one that is not known stays as it is. */
function amountOf(
  column: 'PaymentAmount' | 'TotalAmount' | 'ManuallyProcessedAmount',
  claims: readonly PaidItem[],
  penceOf: (claim: PaidItem) => number | null,
) {
  const cases = claims.flatMap((claim) => {
    const amount = penceOf(claim)
    return amount === null ? [] : [sql`when ${claim.id} then ${pounds(amount)}`]
  })
  if (!cases.length) return sql<number>`${sql.ref(column)}`
  return sql<number>`case ${sql.ref('ClaimId')} ${sql.join(cases, sql` `)} else ${sql.ref(column)} end`
}

export function* pagesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += pageSize) yield items.slice(start, start + pageSize)
}
