import type { Kysely } from 'kysely'
import type { Message } from '../../contracts/index.js'
import type { Database } from '../../database/index.js'
import type { Work } from '../../unit-of-work/index.js'

/** Rows that are dealt with in one transaction: few enough that all that is written of them fits one batch of SQL Server. */
export const pageSize = 100

/**
 * One pass over rows in the order of a whole-number key. No two rows have the same. `FollowUp`: the messages that may follow
 * from what is done with a page.
 */
export interface JobStage<Item, Prepared = undefined, out FollowUp extends Message = never> {
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
  change(work: Work<FollowUp>, items: readonly Item[], prepared: Prepared | undefined): Promise<number>
  /** How many rows are due but for work that is under way for them, asked once as the stage begins. */
  passedOver?(db: Kysely<Database>): Promise<number>
  /** What it reads are no rows that could be tried alone: a page that fails fails the job, which is tried again. */
  readonly asWhole?: true
}

/** A stage that changes its rows and says to which it did so; what is to follow from these is for its handler to say. */
export interface TakingStage<Item> extends Omit<JobStage<Item>, 'change' | 'outside'> {
  /** @returns those it was done to */
  take(work: Work, items: readonly Item[]): Promise<readonly Item[]>
}

/** A stage with what follows from each row that it was done to. */
export const followedBy = <Item, FollowUp extends Message>(
  stage: TakingStage<Item>,
  follow: (work: Work<FollowUp>, item: Item) => void,
): JobStage<Item, undefined, FollowUp> => ({
  ...stage,
  async change(work, items) {
    const taken = await stage.take(work, items)
    for (const item of taken) follow(work, item)
    return taken.length
  },
})

/** A stage, whatever its rows are. */
// oxlint-disable-next-line typescript/no-explicit-any -- a list holds stages over rows of different types
export type AnyJobStage<FollowUp extends Message = never> = JobStage<any, any, FollowUp>
