import { Injectable } from '@nestjs/common'
import { Clock, dayOf, toLondon, type LocalDay } from '../../clock/index.js'
import { fittingId, type Message, type MessageIdentity } from '../../contracts/index.js'
import { UnitOfWork } from '../../unit-of-work/index.js'
import { DatabaseConnection } from '../../database/index.js'
import { Log } from '../../logging/index.js'
import { currentSpan, inSpan } from '../../telemetry/index.js'
import { TemporaryFailure, type Delivery } from '../../messaging/index.js'
import { refuseDayToCome } from './day-to-come.js'
import { JobRuns, type JobProgress, type LeftRow } from './job-runs.repository.js'
import { pageSize, type AnyJobStage } from './job-stage.js'
import { deal } from './deal.js'
import { LoneRows, reasonOf, RowsFailed } from './lone-rows.js'

/** A line in the log for about every so many pages. */
const pagesPerLine = 25

/**
 * Runs a job over any number of rows in bounded memory: a page a transaction, and how far it has come written down
 * in the same one. Killed half way and delivered again, it goes on where it was and repeats nothing. The rows of a page
 * that fails are dealt with one by one: one that fails alone is left, and comes again after all the others.
 */
@Injectable()
export class PagedJob {
  private readonly parts: Parameters<typeof deal>[0]

  constructor(
    connection: DatabaseConnection,
    private readonly runs: JobRuns,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.parts = { connection, unitOfWork }
  }

  /**
   * Runs the stages one after the other, and ends the message.
   * @param date the London day the run is for; today where the message does not say
   * @param stagesOf the stages, for what they count back from
   * @throws what `refuseDayToCome` throws; TemporaryFailure when the time is up, and `rows-left` when all is done but
   *   for rows that fail: the next try is about them alone
   */
  async run<FollowUp extends Message>(
    delivery: Delivery<FollowUp>,
    date: LocalDay | undefined,
    stagesOf: (run: JobProgress) => readonly AnyJobStage<FollowUp>[],
  ): Promise<void> {
    const now = this.clock.instant()
    if (date !== undefined) refuseDayToCome(date, now, delivery.count)
    let run = await this.runs.begin(delivery, date ?? dayOf(toLondon(now)))
    const stages = stagesOf(run)
    const lone = new LoneRows()
    for (let page = 1; run.stage < stages.length; page++) {
      stopInTime(delivery)
      run = await this.next(delivery, run, stages[run.stage] as AnyJobStage<FollowUp>, lone)
      if (page % pagesPerLine === 0) this.report('job goes on', delivery, run)
    }
    await this.catchUp(delivery, stages)
    const first = await this.unitOfWork.run(delivery, (work) => this.runs.end(work, delivery))
    if (first) this.report('job done', delivery, await this.runs.progressOf(delivery))
  }

  /** The next page, or the next row of a page that failed. */
  private async next<FollowUp extends Message>(
    delivery: Delivery<FollowUp>,
    from: JobProgress,
    stage: AnyJobStage<FollowUp>,
    lone: LoneRows,
  ): Promise<JobProgress> {
    try {
      const to = await this.tracedPage(delivery, from, stage, lone.isAmong(from) ? 1 : pageSize)
      lone.succeeded()
      return to
    } catch (error) {
      if (!(error instanceof RowsFailed)) throw error
      if (stage.asWhole || delivery.signal.aborted) throw error.cause
      const lastKey = stage.keyOf(error.rows.at(-1))
      if (error.rows.length > 1) {
        lone.begin(from, lastKey)
        return from
      }
      const to = await this.leave(delivery, from, lastKey, error.cause)
      lone.failed(error)
      return to
    }
  }

  /** A page has a trace of its own, with a link to the job: in one with all pages nobody would find anything. */
  private tracedPage<FollowUp extends Message>(
    delivery: Delivery<FollowUp>,
    from: JobProgress,
    stage: AnyJobStage<FollowUp>,
    size: number,
  ): Promise<JobProgress> {
    const span = currentSpan()?.beginLinked(`page of ${delivery.consumer}`)
    if (!span) return this.page(delivery, from, stage, size)
    return inSpan(span, () => this.page(delivery, from, stage, size, span.traceparent))
  }

  private async page<FollowUp extends Message>(
    delivery: Delivery<FollowUp>,
    from: JobProgress,
    stage: AnyJobStage<FollowUp>,
    size: number,
    traceparent = delivery.traceparent,
  ): Promise<JobProgress> {
    const message = messageOf(delivery, `${from.stage}.${from.lastKey}`, traceparent)
    let to = from
    let passedOver = 0
    const first = await deal(this.parts, delivery, stage, {
      message,
      read: (db) => stage.read(db, from.lastKey),
      choose: (rows) => rows.slice(0, size),
      record: async (work, rows, change) => {
        passedOver = from.lastKey === 0 ? ((await stage.passedOver?.(work.db)) ?? 0) : 0
        to = behind(from, rows.length ? stage.keyOf(rows.at(-1)) : undefined, await change())
        await this.runs.advance(work, delivery, to)
      },
    })
    if (first && passedOver) this.log.warn('claims passed over', { ...lineOf(delivery), count: passedOver })
    // Otherwise another delivery of the same message has done this page meanwhile.
    return first ? to : this.runs.progressOf(delivery)
  }

  /** Goes on without a row that fails. */
  private async leave<FollowUp extends Message>(
    delivery: Delivery<FollowUp>,
    from: JobProgress,
    key: number,
    error: unknown,
  ): Promise<JobProgress> {
    const row = { stage: from.stage, key }
    const to = behind(from, key, 0)
    const message = messageOf(delivery, `${from.stage}.${from.lastKey}`)
    const first = await this.unitOfWork.run(message, async (work) => {
      await this.runs.leave(work, delivery, row, reasonOf(error))
      await this.runs.advance(work, delivery, to)
    })
    if (first) this.reportLeft(delivery, row, error)
    return first ? to : this.runs.progressOf(delivery)
  }

  /**
   * Deals with the rows that were left, now that all the others are done.
   * @throws TemporaryFailure `rows-left` if some fail again
   */
  private async catchUp<FollowUp extends Message>(
    delivery: Delivery<FollowUp>,
    stages: readonly AnyJobStage<FollowUp>[],
  ): Promise<void> {
    let failed = 0
    for (const row of await this.runs.left(delivery)) {
      stopInTime(delivery)
      if (!(await this.caughtUp(delivery, stages[row.stage], row))) failed += 1
    }
    if (!failed) return
    this.log.warn('job is done but for rows that fail', { ...lineOf(delivery), count: failed })
    throw new TemporaryFailure('rows-left')
  }

  private async caughtUp<FollowUp extends Message>(
    delivery: Delivery<FollowUp>,
    stage: AnyJobStage<FollowUp> | undefined,
    row: LeftRow,
  ): Promise<boolean> {
    // With other settings a job may have fewer stages.
    if (!stage) return true
    try {
      await deal(this.parts, delivery, stage, {
        message: messageOf(delivery, `left.${row.stage}.${row.key}`),
        read: (db) => stage.read(db, row.key - 1),
        choose: (rows) => rows.filter((each) => stage.keyOf(each) === row.key),
        record: async (work, _, change) => this.runs.caughtUp(work, delivery, row, await change()),
      })
      return true
    } catch (error) {
      if (!(error instanceof RowsFailed)) throw error
      this.reportLeft(delivery, row, error.cause)
      return false
    }
  }

  private reportLeft(delivery: Delivery, { key }: LeftRow, error: unknown): void {
    this.log.error('row left', error, { ...lineOf(delivery), row: key, reason: reasonOf(error) })
  }

  private report(event: string, delivery: Delivery, { date, rowsChanged }: JobProgress): void {
    this.log.info(event, { ...lineOf(delivery), date, count: rowsChanged })
  }
}

function stopInTime({ signal }: Delivery): void {
  if (signal.aborted) throw new TemporaryFailure('timed-out')
}

const messageOf = <FollowUp extends Message>(
  { id, consumer, traceparent: own, flowStep }: Delivery<FollowUp>,
  part: string,
  traceparent = own,
): MessageIdentity<FollowUp> => ({
  ...{ id: fittingId(`${id}#${part}`), consumer, traceparent, aboutMany: true },
  ...(flowStep === undefined ? {} : { flowStep }),
})

const lineOf = ({ consumer, id }: Delivery) => ({ job: consumer, messageId: id })

const behind = (from: JobProgress, lastKey: number | undefined, changed: number): JobProgress =>
  lastKey === undefined
    ? { ...from, stage: from.stage + 1, lastKey: 0 }
    : { ...from, lastKey, rowsChanged: from.rowsChanged + changed }
