import { sql } from 'kysely'
import type { LocalDay, LocalTime } from '../../clock/index.js'
import { paymentState } from '../../contracts/index.js'
import type { DatabaseConnection } from '../../database/index.js'

/** A row of `AsyncSchema.PaymentRun`. */
export interface RunRow {
  readonly runId: string
  readonly date: LocalDay
  readonly state: string
  readonly reason: string | null
  readonly stamp: string
  readonly started: LocalTime
  readonly reserved: LocalTime | null
  readonly filesWritten: LocalTime | null
  readonly settled: LocalTime | null
}

/** What a run pays of a kind. */
export interface KindTotal {
  readonly kind: string
  readonly payments: number
  readonly pence: number
}

/** A row of `IntSchema.DirectPaymentFile`. */
export interface FileRow {
  readonly paymentFileId: number
  readonly type: string
  readonly path: string
  readonly created: LocalTime
  readonly enabled: boolean
}

export interface LeftOut {
  readonly kind: string
  /** `ClaimId` or `TopUpId`. */
  readonly itemId: number
  readonly claimId: number
  readonly reference: string
  readonly pence: number
  readonly reason: string | null
}

/** A run in one line. */
export interface RunLine extends Pick<RunRow, 'runId' | 'date' | 'state' | 'reason'> {
  readonly claims: number
  readonly topUps: number
  readonly pence: number
  readonly leftOut: number
}

/** What was written down of payment runs. No bank data is read. */
export class PaidRuns {
  constructor(private readonly connection: DatabaseConnection) {}

  /** The run of a day; and those that were recovered for it after another one had begun. */
  runsOf(date: LocalDay): Promise<RunRow[]> {
    return this.connection.db
      .selectFrom('AsyncSchema.PaymentRun')
      .select(['RunId as runId', 'RunDate as date', 'State as state', 'LastReason as reason'])
      .select(['Stamp as stamp', 'DateStarted as started', 'DateReserved as reserved'])
      .select(['DateFilesWritten as filesWritten', 'DateSettled as settled'])
      .where('RunDate', '=', date)
      .orderBy('RunId')
      .execute()
  }

  /** The newest first, from before a day on where one is given. */
  async newest(count: number, before?: LocalDay): Promise<RunLine[]> {
    const query = this.connection.db
      .selectFrom('AsyncSchema.PaymentRun')
      .select(['RunId as runId', 'RunDate as date', 'State as state', 'LastReason as reason'])
      .select(['ClaimsPaid as claims', 'TopUpsPaid as topUps', 'TotalPence as pence', 'LeftOut as leftOut'])
      .orderBy('RunDate', 'desc')
      .orderBy('RunId', 'desc')
      .$if(before !== undefined, (rows) => rows.where('RunDate', '<', before ?? ''))
    const rows = await this.connection.dialect.first(query, count).execute()
    return rows.map((row) => ({ ...row, pence: Number(row.pence) }))
  }

  async totals(runId: string): Promise<KindTotal[]> {
    const rows = await this.ofRun(runId)
      .where('State', '<>', paymentState.leftOut)
      .select((select) => [
        'Kind as kind',
        select.fn.countAll<number>().as('payments'),
        // Of whole numbers SQL Server makes a whole number, and twenty million pounds would not fit it.
        select.fn.sum<number>(sql`cast(${sql.ref('Amount')} as float)`).as('pence'),
      ])
      .groupBy('Kind')
      .orderBy('Kind')
      .execute()
    return rows.map(({ kind, payments, pence }) => ({
      kind,
      payments: Number(payments),
      pence: Number(pence),
    }))
  }

  leftOut(runId: string): Promise<LeftOut[]> {
    return this.ofRun(runId)
      .where('State', '=', paymentState.leftOut)
      .select(['Kind as kind', 'ItemId as itemId', 'ClaimId as claimId', 'Reference as reference'])
      .select(['Amount as pence', 'Reason as reason'])
      .orderBy('Kind')
      .orderBy('ItemId')
      .execute()
  }

  /** The files of a run bear its stamp. */
  async files(stamp: string): Promise<FileRow[]> {
    const rows = await this.connection.db
      .selectFrom('IntSchema.DirectPaymentFile')
      .select(['PaymentFileId as paymentFileId', 'FileType as type', 'Filepath as path'])
      .select(['DateCreated as created', 'IsEnabled as enabled'])
      .where('Filepath', 'like', `%-${stamp}.%`)
      .orderBy('PaymentFileId')
      .execute()
    return rows.map((row) => ({ ...row, enabled: Boolean(row.enabled) }))
  }

  private ofRun(runId: string) {
    return this.connection.db.selectFrom('AsyncSchema.Payment').where('RunId', '=', runId)
  }
}
