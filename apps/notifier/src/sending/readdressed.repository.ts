import { taskMessageId, type MessageIdentity } from '#shared/contracts'
import { firstOf, type DatabaseConnection } from '#shared/database'

/**
 * Whether an operator has told a message to go to the visitor's address of today, as a question. What was said of a run holds
 * for the one that sends it anew, and for no other: where a person has the row run again, it is to do what it says itself.
 */
export function readdressedOf({ db }: DatabaseConnection, { id, task }: MessageIdentity) {
  const runBefore = task ? taskMessageId({ ...task, run: task.run - 1 }) : id
  const ofIt = db
    .selectFrom('AsyncSchema.Readdressed as r')
    .select('r.MessageId')
    .where('r.MessageId', 'in', [id, runBefore])
  return firstOf(
    ofIt.where((row) =>
      row.or([
        row('r.MessageId', '=', id),
        row.exists(
          row
            .selectFrom('AsyncSchema.Notification as n')
            .select('n.MessageId')
            .whereRef('n.MessageId', '=', 'r.MessageId')
            .where('n.DateSentAnew', 'is not', null),
        ),
      ]),
    ),
  )
}
