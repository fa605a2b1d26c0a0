import type { Kysely } from 'kysely'
import type { Database, Work } from '../database/index.js'

/** Rows that are dealt with in one transaction: few enough that all that is written of them fits one batch of SQL Server. */
export const pageSize = 100

/** One pass over rows in the order of a whole-number key. No two rows have the same. */
export interface JobStage<Item, Prepared = undefined> {
  /** The next rows after a key, at most `pageSize`; none when there are no more. */
  read(db: Kysely<Database>, after: number): Promise<readonly Item[]>
  keyOf(item: Item): number
  /**
   * Effects outside the database, before its transaction: they must be safe to repeat. The rows have then been read
   * before the transaction, too; without it they are read inside.
   */
  outside?(items: readonly Item[], signal: AbortSignal): Promise<Prepared>
  /**
   * What is to be done with a page, in one transaction. If it fails, each of its rows is tried alone.
   * @returns how many rows it was done to
   */
  change(work: Work, items: readonly Item[], prepared: Prepared | undefined): Promise<number>
  /** How many rows are due but for work that is under way for them, asked once as the stage begins. */
  passedOver?(db: Kysely<Database>): Promise<number>
  /** What it reads are no rows that could be tried alone: a page that fails fails the job, which is tried again. */
  readonly asWhole?: true
}

/** A stage, whatever its rows are. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list holds stages over rows of different types
export type AnyJobStage = JobStage<any, any>
