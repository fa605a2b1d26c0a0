import { Injectable } from '@nestjs/common'
import type { Kysely } from 'kysely'
import { Clock, dayOf, toLondon, type LocalDay } from '../clock/index.js'
import { fittingId } from '../contracts/index.js'
import { UnitOfWork, DatabaseConnection, type Database, type Work } from '../database/index.js'
import { Log } from '../logging/index.js'
import { currentSpan, inSpan } from '../telemetry/index.js'
import { TemporaryFailure, type Delivery } from '../messaging/index.js'
import { refuseDayToCome } from './day-to-come.js'
import { JobRuns, type JobProgress } from './job-runs.repository.js'

/** Rows that are dealt with in one transaction: few enough that all that is written of them fits one batch of SQL Server. */
export const pageSize = 100
/** A line in the log for about every so many pages. */
const pagesPerLine = 25

/** One pass over rows in the order of a whole-number key. */
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
   * What is to be done with a page, in one transaction.
   * @returns how many rows it was done to
   */
  change(work: Work, items: readonly Item[], prepared: Prepared | undefined): Promise<number>
}

/** A stage, whatever its rows are. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list holds stages over rows of different types
export type AnyJobStage = JobStage<any, any>

/**
 * Runs a job over any number of rows in bounded memory: a page a transaction, and how far it has come written down
 * in the same one. Killed half way and delivered again, it goes on where it was and repeats nothing.
 */
@Injectable()
export class PagedJob {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly runs: JobRuns,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Runs the stages one after the other, and ends the message.
   * @param date the London day the run is for; today where the message does not say
   * @param stagesOf the stages, for what they count back from
   * @throws what `refuseDayToCome` throws; TemporaryFailure when the time is up
   */
  async run(
    delivery: Delivery,
    date: LocalDay | undefined,
    stagesOf: (run: JobProgress) => readonly AnyJobStage[],
  ): Promise<void> {
    const now = this.clock.instant()
    if (date !== undefined) refuseDayToCome(date, now)
    let run = await this.runs.begin(delivery, date ?? dayOf(toLondon(now)))
    const stages = stagesOf(run)
    for (let page = 1; run.stage < stages.length; page++) {
      if (delivery.signal.aborted) throw new TemporaryFailure('timed-out')
      run = await this.tracedPage(delivery, run, stages[run.stage] as AnyJobStage)
      if (page % pagesPerLine === 0) this.report('job goes on', delivery, run)
    }
    const first = await this.unitOfWork.run(delivery, (work) => this.runs.end(work, delivery))
    if (first) this.report('job done', delivery, run)
  }

  /** A page has a trace of its own, with a link to the job: in one with all pages nobody would find anything. */
  private tracedPage(delivery: Delivery, from: JobProgress, stage: AnyJobStage): Promise<JobProgress> {
    const span = currentSpan()?.beginLinked(`page of ${delivery.consumer}`)
    if (!span) return this.page(delivery, from, stage, delivery.traceparent)
    return inSpan(span, () => this.page(delivery, from, stage, span.traceparent))
  }

  private async page(
    delivery: Delivery,
    from: JobProgress,
    stage: AnyJobStage,
    traceparent: string,
  ): Promise<JobProgress> {
    const { consumer } = delivery
    const id = fittingId(`${delivery.id}#${from.stage}.${from.lastKey}`)
    const message = { id, consumer, traceparent, aboutMany: true }
    const before = stage.outside ? await stage.read(this.connection.db, from.lastKey) : undefined
    const prepared: unknown = before?.length ? await stage.outside?.(before, delivery.signal) : undefined
    let to = from
    const first = await this.unitOfWork.run(message, async (work) => {
      const items = before ?? (await stage.read(work.db, from.lastKey))
      const changed = items.length ? await stage.change(work, items, prepared) : 0
      to = next(from, items.length ? stage.keyOf(items.at(-1)) : undefined, changed)
      await this.runs.advance(work, delivery, to)
    })
    // Otherwise another delivery of the same message has done this page meanwhile.
    return first ? to : this.runs.progressOf(delivery)
  }

  private report(event: string, { consumer, id }: Delivery, { date, rowsChanged }: JobProgress): void {
    this.log.info(event, { job: consumer, messageId: id, date, count: rowsChanged })
  }
}

const next = (from: JobProgress, lastKey: number | undefined, changed: number): JobProgress =>
  lastKey === undefined
    ? { ...from, stage: from.stage + 1, lastKey: 0 }
    : { ...from, lastKey, rowsChanged: from.rowsChanged + changed }
