import { Injectable } from '@nestjs/common'
import { Clock, type LocalDay, type LocalTime } from '../../clock/index.js'
import type { MessageIdentity } from '../../contracts/index.js'
import { DatabaseConnection, fit } from '../../database/index.js'
import type { Work } from '../../unit-of-work/index.js'
import { OwnError } from '../../logging/index.js'

export const jobRunState = { running: 'RUNNING', done: 'DONE', failed: 'FAILED' } as const

/** How far a run has come. */
export interface JobProgress {
  /** The London day the run is for. */
  readonly date: LocalDay
  /** London time of its first attempt: what it counts back from stays the same in all of them. */
  readonly started: LocalTime
  readonly stage: number
  readonly lastKey: number
  readonly rowsChanged: number
}

/** A row that a run could not deal with: its stage, and its key in it. */
export interface LeftRow {
  readonly stage: number
  readonly key: number
}

/** The runs of jobs over many rows: `AsyncSchema.JobRun`. */
@Injectable()
export class JobRuns {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** Begins the run of a message, or finds where it was. Repeating is safe, from several processes too. */
  async begin(message: MessageIdentity, date: LocalDay): Promise<JobProgress> {
    const before = await this.find(message)
    if (before) return before
    const { db, dialect } = this.connection
    const now = this.clock.now()
    try {
      await db
        .insertInto('AsyncSchema.JobRun')
        .values({
          Consumer: message.consumer,
          MessageId: message.id,
          RunDate: date,
          Stage: 0,
          LastKey: 0,
          RowsChanged: 0,
          State: jobRunState.running,
          DateStarted: now,
          DateLastHeard: now,
        })
        .execute()
    } catch (error) {
      if (!dialect.isDuplicateKey(error)) throw error
    }
    return this.progressOf(message)
  }

  /** @throws if the run has not begun */
  async progressOf(message: MessageIdentity): Promise<JobProgress> {
    const run = await this.find(message)
    if (!run) throw new OwnError(`there is no run of ${message.id}`)
    return run
  }

  /**
   * Writes down how far the run has come, with the work that got it there. Whether it runs is not said here: a page may be
   * committed as its run is given up, for its time is over, and then that stays.
   */
  async advance(work: Work, message: MessageIdentity, to: JobProgress): Promise<void> {
    await this.runOf(work, message)
      .set({
        Stage: to.stage,
        LastKey: to.lastKey,
        RowsChanged: to.rowsChanged,
        DateLastHeard: work.now,
      })
      .execute()
  }

  /** Writes down that the run goes on without a row, with the step that takes it past the row. */
  async leave({ db, now }: Work, message: MessageIdentity, row: LeftRow, reason: string): Promise<void> {
    await db
      .insertInto('AsyncSchema.JobRowLeft')
      .values({
        ...{ Consumer: message.consumer, MessageId: message.id, Stage: row.stage, RowKey: row.key },
        ...{ Reason: fit('AsyncSchema.JobRowLeft', 'Reason', reason), DateFailed: now },
      })
      .execute()
  }

  /** The rows that the run has left, in its order. */
  left({ consumer, id }: MessageIdentity): Promise<LeftRow[]> {
    return this.connection.db
      .selectFrom('AsyncSchema.JobRowLeft')
      .select(['Stage as stage', 'RowKey as key'])
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .orderBy('Stage')
      .orderBy('RowKey')
      .execute()
  }

  /** A row that was left is done after all, or there is nothing to do to it any more. */
  async caughtUp(
    work: Work,
    { consumer, id }: MessageIdentity,
    row: LeftRow,
    changed: number,
  ): Promise<void> {
    await work.batch([
      work.db
        .deleteFrom('AsyncSchema.JobRowLeft')
        .where('Consumer', '=', consumer)
        .where('MessageId', '=', id)
        .where('Stage', '=', row.stage)
        .where('RowKey', '=', row.key),
      this.runOf(work, { consumer, id }).set((run) => ({
        RowsChanged: run('RowsChanged', '+', changed),
        DateLastHeard: work.now,
      })),
    ])
  }

  async end(work: Work, message: MessageIdentity): Promise<void> {
    await this.runOf(work, message)
      .set({ State: jobRunState.done, LastReason: null, DateLastHeard: work.now, DateEnded: work.now })
      .execute()
  }

  private runOf(work: Work, { consumer, id }: MessageIdentity) {
    return work.db
      .updateTable('AsyncSchema.JobRun')
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
  }

  private find({ consumer, id }: MessageIdentity): Promise<JobProgress | undefined> {
    return this.connection.db
      .selectFrom('AsyncSchema.JobRun')
      .select([
        'RunDate as date',
        'DateStarted as started',
        'Stage as stage',
        'LastKey as lastKey',
        'RowsChanged as rowsChanged',
      ])
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .executeTakeFirst()
  }
}
