import { sql, type Compilable, type Kysely, type RawBuilder } from 'kysely'
import {
  messageOfTask,
  taskKey,
  type MessageIdentity,
  type OutgoingMessage,
  type TaskIdentity,
  type TaskName,
} from '../contracts/index.js'
import { OwnError } from '../logging/index.js'
import { type BegunTraces, conventional, own } from '../telemetry/index.js'
import { type SqlDialect, telling, withLast, type Database, type NewRow } from '../database/index.js'
import { outboxRow, owedMessages } from './outbox.js'

/** A follow-up with a Task row; what the row carries may be for the database to look up. */
export interface FollowUpTask {
  readonly name: TaskName
  readonly row: Omit<NewRow<'IntSchema.Task'>, 'AdditionalData'> & {
    readonly Reference: string | null
    readonly EligibilityId: number | null
    readonly ClaimId: number | null
    readonly DateCreated: string
    readonly AdditionalData: string | null | RawBuilder<string | null>
  }
}

/** Where the rows are inserted: within the transaction of the work that causes them. */
interface Place {
  readonly db: Kysely<Database>
  readonly dialect: SqlDialect
  readonly now: string
}

/** In messages, before the database has given the row its number: one that a row can have, for they are checked. */
const noNumber = 2_147_483_647

/**
 * The statements that insert a row and record its message, without a round trip between them: the message, in whose id
 * and body is the row's number, is put together in the database.
 * @param numbered told the message, once the row has its number
 */
export function oneFollowUp(
  { db, dialect, now }: Place,
  task: FollowUpTask,
  cause: MessageIdentity,
  numbered: (message: OutgoingMessage) => void,
): Compilable[] {
  const unnumbered = { ...messageOf(task, noNumber), ...inheritedBy(cause) }
  const numberedText = (text: string, before: string) => {
    const [head, tail] = around(text, `${before}${noNumber}`)
    return dialect.joined(sql`${head + before}`, dialect.lastId, sql`${tail}`)
  }
  const row = outboxRow(unnumbered, now)
  const recorded = db.insertInto('AsyncSchema.Outbox').values({
    ...row,
    MessageId: numberedText(row.MessageId, 'IntSchema.Task.'),
    Body: numberedText(row.Body, '"taskId":'),
    TaskId: dialect.lastId,
  })
  return [
    db.insertInto('IntSchema.Task').values(task.row),
    // One whose number is not told is left to the relay: it is owed.
    withLast(
      telling(dialect.returning(recorded, ['TaskId']), ([inserted]) => {
        if (inserted?.TaskId) numbered({ ...messageOf(task, inserted.TaskId), ...inheritedBy(cause) })
      }),
    ),
  ]
}

/** Few enough that their values fit one statement of SQL Server. */
const tasksPerInsert = 200

/** The same for many rows: a statement for two hundred of them, and the numbers they got are asked for. */
export async function manyFollowUps(
  { db, dialect, now }: Place,
  tasks: readonly FollowUpTask[],
  cause: MessageIdentity,
  traces: BegunTraces,
): Promise<{ readonly messages: OutgoingMessage[]; readonly owed: Compilable[] }> {
  const messages: OutgoingMessage[] = []
  for (let start = 0; start < tasks.length; start += tasksPerInsert) {
    const some = tasks.slice(start, start + tasksPerInsert)
    const rows = db.insertInto('IntSchema.Task').values(some.map(({ row }) => row))
    const inserted = await dialect
      .returning(rows, ['TaskId', 'Task', 'Reference', 'EligibilityId', 'ClaimId', 'DateCreated'])
      .execute()
    for (const row of inserted) {
      const message = messageOf({ name: row.Task as TaskName, row }, row.TaskId)
      const traceparent = traces.begin(`begin ${row.Task}`, {
        attributes: { [own.task]: `IntSchema.Task.${row.TaskId}`, [conventional.messageId]: message.id },
      })
      messages.push({
        ...message,
        ...inheritedBy(traceparent === undefined ? cause : { ...cause, traceparent }),
      })
    }
  }
  return { messages, owed: owedMessages(db, messages, now) }
}

function messageOf(
  { name, row }: { readonly name: TaskName; readonly row: TaskIdentity },
  taskId: number,
): OutgoingMessage {
  const key = taskKey(row)
  const message = messageOfTask(name, row, { schema: 'IntSchema', taskId, run: 1, key })
  if (!message) throw new OwnError(`the follow-up ${name} lacks what it must carry`)
  return message
}

/** What is before and behind the only place of a text. */
function around(text: string, place: string): readonly [string, string] {
  const [head, tail, ...others] = text.split(place)
  if (head === undefined || tail === undefined || others.length)
    throw new OwnError('the number of a Task row is not in the one place of its message')
  return [head, tail]
}

/** What follows from a message belongs to its trace, and to the step of a flow that it queues. */
export const inheritedBy = ({ traceparent, flowStep }: MessageIdentity) => ({
  ...(traceparent === undefined ? {} : { traceparent }),
  ...(flowStep === undefined ? {} : { flowStep }),
})
