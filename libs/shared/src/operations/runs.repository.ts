import { Injectable } from '@nestjs/common'
import type { Compilable, Kysely } from 'kysely'
import { Clock } from '../clock/index.js'
import { textKey, type TaskRef } from '../contracts/index.js'
import { DatabaseConnection, type Database, type Row } from '../database/index.js'
import { policies } from '../messaging/index.js'
import { reopenJobs, reopenRun } from './reopen.statements.js'
import type { RunKnown } from './run-again.rules.js'

/** A message by its id, the Task row it is a run of, and the handler it is about: any, where nobody says. */
export interface MessageRef {
  readonly id: string
  readonly task?: TaskRef
  readonly consumer?: string
}

/** A row of the outbox. */
export type OutboxRun = Pick<
  Row<'AsyncSchema.Outbox'>,
  'MessageId' | 'Subject' | 'Body' | 'Traceparent' | 'State' | 'Attempts' | 'LastReason'
> &
  Pick<Row<'AsyncSchema.Outbox'>, 'TaskSchema' | 'TaskId' | 'Run' | 'DateCreated' | 'DateEnded'>

export interface KnownRun extends RunKnown {
  readonly task?: TaskRef
  readonly run?: OutboxRun
}

export const taskSchemas: readonly TaskRef['schema'][] = ['ExtSchema', 'IntSchema']
export const handlerNames: readonly string[] = Object.keys(policies)

/** SQL Server takes at most 2,100 parameters in one batch. */
const runsPerBatch = 50

/** The runs of messages: what became of them, and that they are owed again. For a page of messages at a time. */
@Injectable()
export class Runs {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** What is known of each message, in their order. */
  async known(messages: readonly MessageRef[]): Promise<KnownRun[]> {
    const ids = messages.map(({ id }) => id)
    const runs = new Map((await this.runsOf(ids)).map((run) => [textKey(run.MessageId), run]))
    const done = await this.doneAmong(ids)
    const tasks = messages.map(({ id, task }) => taskOfRun(runs.get(textKey(id))) ?? task)
    const [statuses, lastRuns] = [await this.statuses(tasks), await this.lastRuns(tasks)]
    return messages.map(({ id, consumer }, place) => {
      const [run, task] = [runs.get(textKey(id)), tasks[place]]
      const status = task && statuses.get(keyOf(task))
      const doneAt = done.get(textKey(id)) ?? []
      return {
        done: consumer === undefined ? doneAt.length > 0 : doneAt.includes(consumer),
        ...(run ? { run, state: run.State } : {}),
        ...(task ? { task } : {}),
        ...(status === undefined ? {} : { taskStatus: status }),
        laterRun: task !== undefined && (lastRuns.get(keyOf(task)) ?? 0) > task.run,
      }
    })
  }

  /**
   * Makes failed runs owed again, and their Task rows and jobs under way, each run in one transaction. Whoever dies
   * after it loses nothing: the relay publishes what is owed. What has changed since somebody looked is left as it is.
   */
  async reopen(messages: readonly MessageRef[]): Promise<void> {
    const { dialect } = this.connection
    for (let start = 0; start < messages.length; start += runsPerBatch) {
      const part = messages.slice(start, start + runsPerBatch)
      await this.connection.transaction((transaction) =>
        dialect.batch(transaction, this.reopening(transaction, part)),
      )
    }
  }

  private reopening(db: Kysely<Database>, messages: readonly MessageRef[]): Compilable[] {
    const now = this.clock.now()
    const consumers = [...new Set(messages.map(({ consumer }) => consumer))]
    const jobs = consumers.map((consumer) => {
      const ids = messages.filter((each) => each.consumer === consumer).map(({ id }) => id)
      return reopenJobs(db, consumer === undefined ? handlerNames : [consumer], ids, now)
    })
    return [...messages.flatMap((message) => reopenRun(db, message, now)), ...jobs]
  }

  /** Which of the messages are owed: to be published, or published and not ended. */
  async owed(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const runs = await this.runsOf(ids)
    return new Set(runs.filter(({ DateEnded }) => DateEnded === null).map(({ MessageId }) => MessageId))
  }

  private async runsOf(ids: readonly string[]): Promise<OutboxRun[]> {
    if (!ids.length) return []
    return this.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select(['MessageId', 'Subject', 'Body', 'Traceparent', 'State', 'Attempts', 'LastReason'])
      .select(['TaskSchema', 'TaskId', 'Run', 'DateCreated', 'DateEnded'])
      .where('MessageId', 'in', ids)
      .execute()
  }

  /** The consumers that have done each message; asked for by name, for the inbox is in the order of consumers. */
  private async doneAmong(ids: readonly string[]): Promise<Map<string, string[]>> {
    const done = new Map<string, string[]>()
    if (!ids.length) return done
    const rows = await this.connection.db
      .selectFrom('AsyncSchema.Inbox')
      .select(['Consumer', 'MessageId'])
      .where('Consumer', 'in', handlerNames)
      .where('MessageId', 'in', ids)
      .where('DateDone', 'is not', null)
      .execute()
    for (const { Consumer, MessageId } of rows)
      done.set(textKey(MessageId), [...(done.get(textKey(MessageId)) ?? []), Consumer])
    return done
  }

  private async statuses(tasks: readonly (TaskRef | undefined)[]): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    for (const schema of taskSchemas) {
      const ids = idsIn(schema, tasks)
      if (!ids.length) continue
      const query = this.connection.db.selectFrom(`${schema}.Task`).select(['TaskId', 'Status'])
      const rows = await query.where('TaskId', 'in', ids).execute()
      for (const { TaskId, Status } of rows) found.set(keyOf({ schema, taskId: TaskId }), Status)
    }
    return found
  }

  private async lastRuns(tasks: readonly (TaskRef | undefined)[]): Promise<Map<string, number>> {
    const found = new Map<string, number>()
    for (const schema of taskSchemas) {
      const ids = idsIn(schema, tasks)
      if (!ids.length) continue
      const rows = await this.connection.db
        .selectFrom('AsyncSchema.Outbox')
        .select(['TaskId', (eb) => eb.fn.max('Run').as('Run')])
        .where('TaskSchema', '=', schema)
        .where('TaskId', 'in', ids)
        .groupBy('TaskId')
        .execute()
      for (const { TaskId, Run } of rows) found.set(keyOf({ schema, taskId: TaskId ?? 0 }), Run ?? 0)
    }
    return found
  }
}

const keyOf = ({ schema, taskId }: Pick<TaskRef, 'schema' | 'taskId'>): string => `${schema}.${taskId}`

const idsIn = (schema: TaskRef['schema'], tasks: readonly (TaskRef | undefined)[]): number[] => [
  ...new Set(tasks.flatMap((task) => (task?.schema === schema ? [task.taskId] : []))),
]

/** The run of a Task row that a message of the outbox is. */
export function taskOfRun(run: OutboxRun | undefined): TaskRef | undefined {
  if (!run || run.TaskId === null || run.Run === null) return undefined
  return { schema: run.TaskSchema as TaskRef['schema'], taskId: run.TaskId, run: run.Run }
}
