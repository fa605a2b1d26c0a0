import { Injectable } from '@nestjs/common'
import type { Compilable, Kysely } from 'kysely'
import { Clock } from '../../clock/index.js'
import {
  isFollowUpId,
  isRowOf,
  taskOfId,
  textKey,
  type TaskIdentity,
  type TaskRef,
} from '../../contracts/index.js'
import { DatabaseConnection, type Database, type Row } from '../../database/index.js'
import { givenUpAt, inboxState } from '../../unit-of-work/index.js'
import { policies } from '../../messaging/index.js'
import { hasLostData, hasNoData } from './lost-data.js'
import { reopenJobs, reopenMessages, reopenRun } from './reopen.statements.js'
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
  /** Its Task row is there, and is about no claim. */
  readonly aboutNoClaim?: boolean
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
    const [done, givenUp] = [await this.endedAmong(ids, 'done'), await this.endedAmong(ids, 'givenUp')]
    const tasks = messages.map(({ id, task }) => taskOfRun(runs.get(textKey(id))) ?? task)
    const [rows, lastRuns] = [await this.taskRows(tasks), await this.lastRuns(tasks)]
    return messages.map(({ id, consumer }, place) => {
      const [run, task] = [runs.get(textKey(id)), tasks[place]]
      const row = task && rows.get(keyOf(task))
      const isOther = task !== undefined && row !== undefined && !isRowOf(task, row)
      return {
        done: isAt(done.get(textKey(id)), consumer),
        givenUp: isAt(givenUp.get(textKey(id)), consumer),
        ...(run ? { run, state: run.State } : {}),
        ...(task ? { task } : {}),
        ...(row && !isOther ? { taskStatus: row.Status } : {}),
        laterRun: task !== undefined && (lastRuns.get(keyOf(task)) ?? 0) > task.run,
        dataGone: row !== undefined && !isOther && hasLostData(row),
        aboutNoClaim: row !== undefined && !isOther && isAboutNoClaim(row),
        unknownRun: isOther || (run === undefined && (task !== undefined || isFollowUpId(id))),
      }
    })
  }

  /**
   * Makes failed runs owed again, and their Task rows and jobs under way, each run in one transaction. Whoever dies
   * after it loses nothing: the relay publishes what is owed. What has changed since somebody looked is left as it is.
   */
  async reopen(messages: readonly MessageRef[]): Promise<void> {
    for (let start = 0; start < messages.length; start += runsPerBatch) {
      const part = messages.slice(start, start + runsPerBatch)
      if (await this.reopenTogether(part)) continue
      for (const message of part) await this.reopenTogether([message])
    }
  }

  /** @returns false if a Task row has another run under way since: it has one at a time, and nothing has changed */
  private async reopenTogether(messages: readonly MessageRef[]): Promise<boolean> {
    const { dialect } = this.connection
    try {
      await this.connection.transaction((transaction) =>
        dialect.batch(transaction, this.reopening(transaction, messages)),
      )
      return true
    } catch (error) {
      if (dialect.isDuplicateKey(error)) return false
      throw error
    }
  }

  private reopening(db: Kysely<Database>, messages: readonly MessageRef[]): Compilable[] {
    const now = this.clock.now()
    const consumers = [...new Set(messages.map(({ consumer }) => consumer))]
    const jobs = consumers.map((consumer) => {
      const ids = messages.filter((each) => each.consumer === consumer).map(({ id }) => id)
      return reopenJobs(db, consumer === undefined ? handlerNames : [consumer], ids, now)
    })
    // Only what is owed now: a run that somebody has changed meanwhile stays given up.
    const given = consumers.map((consumer) => {
      const ids = messages.filter((each) => each.consumer === consumer).map(({ id }) => id)
      return reopenMessages(db, consumer === undefined ? handlerNames : [consumer], ids)
    })
    return [...messages.flatMap((message) => reopenRun(db, message, now)), ...given, ...jobs]
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

  /**
   * The consumers that have done each message, or given it up; asked for by name, for the inbox is in the order of
   * consumers.
   */
  private async endedAmong(
    ids: readonly string[],
    how: 'done' | 'givenUp',
  ): Promise<Map<string, readonly string[]>> {
    const found = new Map<string, readonly string[]>()
    if (!ids.length) return found
    const names = new Map(handlerNames.map((name) => [how === 'done' ? name : givenUpAt(name), name]))
    const rows = await this.connection.db
      .selectFrom('AsyncSchema.Inbox')
      .select(['Consumer', 'MessageId'])
      .where('Consumer', 'in', [...names.keys()])
      .where('MessageId', 'in', ids)
      .where('State', '=', inboxState[how])
      .execute()
    for (const { Consumer, MessageId } of rows)
      found.set(textKey(MessageId), [...(found.get(textKey(MessageId)) ?? []), names.get(Consumer) ?? ''])
    return found
  }

  private async taskRows(tasks: readonly (TaskRef | undefined)[]): Promise<Map<string, KnownRow>> {
    const found = new Map<string, KnownRow>()
    for (const schema of taskSchemas) {
      const ids = idsIn(schema, tasks)
      if (!ids.length) continue
      const rows = await this.connection.db
        .selectFrom(`${schema}.Task`)
        .select(['TaskId', 'Status', 'Task', 'Reference', 'EligibilityId', 'ClaimId', 'DateCreated'])
        .select(hasNoData)
        .where('TaskId', 'in', ids)
        .execute()
      for (const row of rows) found.set(keyOf({ schema, taskId: row.TaskId }), row)
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

const isAboutNoClaim = ({ Reference, EligibilityId, ClaimId }: TaskIdentity): boolean =>
  Reference === null || EligibilityId === null || ClaimId === null

type KnownRow = TaskIdentity & { readonly Status: string; readonly NoData: number }

const isAt = (consumers: readonly string[] = [], consumer?: string): boolean =>
  consumer === undefined ? consumers.length > 0 : consumers.includes(consumer)

const keyOf = ({ schema, taskId }: Pick<TaskRef, 'schema' | 'taskId'>): string => `${schema}.${taskId}`

const idsIn = (schema: TaskRef['schema'], tasks: readonly (TaskRef | undefined)[]): number[] => [
  ...new Set(tasks.flatMap((task) => (task?.schema === schema ? [task.taskId] : []))),
]

/** The run of a Task row that a message of the outbox is. */
export function taskOfRun(run: OutboxRun | undefined): TaskRef | undefined {
  return run && run.TaskId !== null && run.Run !== null ? taskOfId(run.MessageId) : undefined
}
