import type { Compilable, Kysely } from 'kysely'
import type { LocalTime } from '../clock/index.js'
import type { MessageIdentity } from '../contracts/index.js'
import type { Database, NewRow } from '../database/index.js'

export const inboxState = {
  started: 'STARTED',
  released: 'RELEASED',
  done: 'DONE',
  givenUp: 'GIVEN-UP',
} as const

/** Where it says that a consumer gave up: beside the message's own row, for an attempt may still be under way there. */
export const givenUpAt = (consumer: string): string => `${consumer}:given-up`

/**
 * Inserts a row unless there is one of its key. Looked for instead of tried: in SQL Server an error ends the
 * transaction. Of two that find nothing at the same time one fails, with all of its work.
 */
export function insertOnce(
  db: Kysely<Database>,
  { Consumer, MessageId, State, DateStarted, DateDone = null }: NewRow<'AsyncSchema.Inbox'>,
) {
  const known = db
    .selectFrom('AsyncSchema.Inbox')
    .select('Consumer')
    .where('Consumer', '=', Consumer)
    .where('MessageId', '=', MessageId)
  return db
    .insertInto('AsyncSchema.Inbox')
    .columns(['Consumer', 'MessageId', 'State', 'DateStarted', 'DateDone'])
    .expression(
      db
        .selectNoFrom((row) => [
          row.val(Consumer).as('Consumer'),
          row.val(MessageId).as('MessageId'),
          row.val(State).as('State'),
          row.val(DateStarted).as('DateStarted'),
          row.val(DateDone).as('DateDone'),
        ])
        .where((row) => row.not(row.exists(known))),
    )
}

/** The statement that writes down that a consumer gave up on a message. Repeating it changes nothing. */
export const givingUp = (
  db: Kysely<Database>,
  { consumer, id }: MessageIdentity,
  now: LocalTime,
): Compilable =>
  insertOnce(db, {
    ...{ Consumer: givenUpAt(consumer), MessageId: id },
    ...{ State: inboxState.givenUp, DateStarted: now },
  })
