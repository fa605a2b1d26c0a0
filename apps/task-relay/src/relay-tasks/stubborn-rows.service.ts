import { Injectable } from '@nestjs/common'
import { Log } from '#shared/logging'
import { classifyError } from '#shared/messaging'
import { PassedOver } from '../passed-over/passed-over.service.js'
import { assertWritable } from './assert-writable.js'
import {
  PendingTasks,
  rowsAtOnce,
  type BeginTrace,
  type Taken,
  type TaskSchema,
} from './pending-tasks.repository.js'

/** A row that could not be taken is tried again after so many milliseconds. */
const againMs = 60_000
const mostRemembered = 10_000

/**
 * Takes rows that wait, all at once. Where that fails it looks whose fault it is: one at a time, and what cannot be taken
 * is passed over, named, and in nobody's way until it is tried again.
 */
@Injectable()
export class StubbornRows {
  /** Until when each is passed over, by `performance.now()`. */
  private readonly until = new Map<string, number>()
  /** Behind which row the next look begins; from the first where there is none. */
  private readonly place = new Map<TaskSchema, number>()

  constructor(
    private readonly repository: PendingTasks,
    private readonly passedOver: PassedOver,
    private readonly log: Log,
  ) {}

  /** @throws if the database takes nothing from anybody */
  async take(schema: TaskSchema, beginTrace: BeginTrace): Promise<Taken> {
    if (this.until.size) return this.takeOthers(schema, beginTrace)
    try {
      return await this.repository.takePending(schema, beginTrace)
    } catch (error) {
      await assertWritable(this.repository, error)
      this.log.error('rows could not be taken together: one at a time is tried', error)
      return this.takeOthers(schema, beginTrace)
    }
  }

  /** A page of the rows that are not passed over; the next call goes on behind it, and begins again at the end. */
  private async takeOthers(schema: TaskSchema, beginTrace: BeginTrace): Promise<Taken> {
    const ids = await this.repository.pendingIds(schema, rowsAtOnce, this.place.get(schema))
    const more = ids.length === rowsAtOnce
    if (more) this.place.set(schema, ids.at(-1) ?? 0)
    else this.place.delete(schema)
    const wanted = ids.filter((id) => !this.isPassedOver(keyOf(schema, id)))
    return { ...(await this.takeThese(schema, wanted, beginTrace)), more }
  }

  private async takeThese(
    schema: TaskSchema,
    ids: readonly number[],
    beginTrace: BeginTrace,
  ): Promise<Taken> {
    if (!ids.length) return { rows: 0, messages: [], deferred: [], told: [], ended: [], more: false }
    try {
      return await this.repository.takePending(schema, beginTrace, ids)
    } catch (error) {
      await assertWritable(this.repository, error)
    }
    return this.takeOneByOne(schema, ids, beginTrace)
  }

  private async takeOneByOne(
    schema: TaskSchema,
    ids: readonly number[],
    beginTrace: BeginTrace,
  ): Promise<Taken> {
    const messages: Taken['messages'] = []
    const deferred: Taken['deferred'] = []
    const told: Taken['told'] = []
    const ended: Taken['ended'] = []
    for (const id of ids) {
      try {
        const taken = await this.repository.takePending(schema, beginTrace, [id])
        messages.push(...taken.messages)
        deferred.push(...taken.deferred)
        told.push(...taken.told)
        ended.push(...taken.ended)
      } catch (error) {
        await assertWritable(this.repository, error)
        await this.passOver(schema, id, error)
      }
    }
    return { rows: ids.length, messages, deferred, told, ended, more: false }
  }

  /** What our own code cannot digest will never be taken: the row fails. Of the database's no nobody knows that. */
  private async passOver(schema: TaskSchema, id: number, error: unknown): Promise<void> {
    const { reason } = { reason: '', ...classifyError(error) }
    if (isOurs(error) && (await this.hasFailed(schema, id, reason))) {
      this.log.warn('task failed', { task: keyOf(schema, id), reason })
      return
    }
    this.passedOver.report([{ table: `${schema}.Task`, id, reason }])
    if (this.until.size >= mostRemembered) this.until.clear()
    this.until.set(keyOf(schema, id), performance.now() + againMs)
  }

  private async hasFailed(schema: TaskSchema, id: number, reason: string): Promise<boolean> {
    try {
      return await this.repository.fail(schema, id, reason)
    } catch (error) {
      this.log.error('the row cannot be changed either', error, { task: keyOf(schema, id) })
      return false
    }
  }

  private isPassedOver(key: string): boolean {
    const until = this.until.get(key)
    if (until === undefined) return false
    if (until > performance.now()) return true
    this.until.delete(key)
    return false
  }
}

const isOurs = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError

const keyOf = (schema: TaskSchema, id: number): string => `${schema}.Task.${id}`
