import type { ExpressionBuilder, Kysely } from 'kysely'
import {
  isFollowUpId,
  type MessageIdentity,
  type Standing,
  type TaskIdentity,
  type TaskRef,
} from '../contracts/index.js'
import { givenUpAt, inboxState } from './inbox-rows.js'
import { outboxState } from './outbox.js'
import { standingOf, standingWithoutTask } from './standing.rules.js'
import { question, type Question, type Database } from '../database/index.js'

/** Where a message stands with its consumer: asked before its work, or with the first that is read for it. */
export function standingIn(db: Kysely<Database>, message: MessageIdentity): Question<Standing> {
  const { task } = message
  if (!task) return withoutTask(db, message)
  return question(runOf(db, message, task), ([found]) => {
    if (!found) return 'run-unknown'
    const { State, done, givenUp, lastRun, ...columns } = found
    const run = { ended: endOf(State), lastRun: lastRun ?? task.run, row: rowIn(columns) }
    return standingOf({ done: Number(done) > 0, givenUp: Number(givenUp) > 0 }, task, run)
  })
}

function withoutTask(db: Kysely<Database>, { consumer, id }: MessageIdentity): Question<Standing> {
  const query = db
    .selectFrom('AsyncSchema.Inbox')
    .select('State')
    .where('Consumer', 'in', [consumer, givenUpAt(consumer)])
    .where('MessageId', '=', id)
    .$if(isFollowUpId(id), (rows) =>
      rows.unionAll(db.selectFrom('AsyncSchema.Outbox').select('State').where('MessageId', '=', id)),
    )
  return question(query, (rows) => {
    const states = rows.map(({ State }) => State)
    const facts = { done: states.includes(inboxState.done), givenUp: states.includes(inboxState.givenUp) }
    if (!isFollowUpId(id)) return standingWithoutTask(facts)
    // The two tables have one state in common, and it means the same.
    const owed = states.find((state) => outboxStates.includes(state))
    return standingWithoutTask(facts, owed === undefined ? null : { ended: endOf(owed) })
  })
}

const outboxStates: readonly string[] = Object.values(outboxState)

const { done, failed, cancelled, waiting } = outboxState
const endOf = (state: string) => [done, failed, cancelled, waiting].find((each) => each === state) ?? null

/** The run, with what the inbox says of it, the row's last run, and the row that has its number by now. */
function runOf(db: Kysely<Database>, { consumer, id }: MessageIdentity, { schema, taskId }: TaskRef) {
  type Row = ExpressionBuilder<Database, 'AsyncSchema.Outbox'>
  const records = (row: Row, at: string, state: string) =>
    row
      .selectFrom('AsyncSchema.Inbox as i')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('i.Consumer', '=', at)
      .where('i.MessageId', '=', id)
      .where('i.State', '=', state)
  return db
    .selectFrom('AsyncSchema.Outbox as o')
    .leftJoin(`${schema}.Task as t` as 'ExtSchema.Task as t', 't.TaskId', 'o.TaskId')
    .select(['o.State', 't.Task', 't.Reference', 't.EligibilityId', 't.ClaimId', 't.DateCreated'])
    .select((eb) => {
      const row = eb as unknown as Row
      return [
        records(row, consumer, inboxState.done).as('done'),
        records(row, givenUpAt(consumer), inboxState.givenUp).as('givenUp'),
        row
          .selectFrom('AsyncSchema.Outbox as l')
          .select(({ fn }) => fn.max('l.Run').as('run'))
          .where('l.TaskSchema', '=', schema)
          .where('l.TaskId', '=', taskId)
          .as('lastRun'),
      ]
    })
    .where('o.MessageId', '=', id)
}

type Joined = { [C in keyof TaskIdentity]: TaskIdentity[C] | null }

const rowIn = ({ Task, DateCreated, ...ids }: Joined): TaskIdentity | undefined =>
  Task === null || DateCreated === null ? undefined : { Task, DateCreated, ...ids }
