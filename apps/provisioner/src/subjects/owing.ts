import type { ExpressionBuilder, Kysely } from 'kysely'
import type { LocalTime } from '#shared/clock'
import { followUpId, messages } from '#shared/contracts'
import type { Database } from '#shared/database'
import { openMessage } from '#shared/provisioning'
import { inboxState, outboxState } from '#shared/unit-of-work'

/** Who tells. */
export const teller = 'tell-target'

/** A target is owed word of a subject, under a message's id. */
export interface Due {
  readonly entryId: number
  readonly messageId: string
}

type OfEntry = ExpressionBuilder<Database, 'AsyncSchema.ProvisioningEntry'>

/** The id of the message by which a target is owed word of a subject: the so manieth of its kind. */
export const messageIdOf = (entryId: number, place: number): string =>
  followUpId(`provisioning.${entryId}.${place}`, messages.provisioningDue.subject)

/**
 * Calls off the messages that wait for their next try at a target, so that what they owe is owed by none. One that is under way
 * stays: of whoever starts it and whoever calls it off the inbox has one.
 */
export async function callOffWaiting(
  { db, now }: { readonly db: Kysely<Database>; readonly now: LocalTime },
  targetId: number,
  subjectIds: readonly number[],
): Promise<void> {
  const owing = db
    .selectFrom('AsyncSchema.ProvisioningEntry as e')
    .select('e.MessageId')
    .where('e.TargetId', '=', targetId)
    .where('e.SubjectId', 'in', subjectIds)
    .where('e.MessageId', 'is not', null)
  await db
    .updateTable('AsyncSchema.Inbox')
    .set({ State: inboxState.done, DateDone: now })
    .where('Consumer', '=', teller)
    .where('MessageId', 'in', owing as never)
    .where('State', '=', inboxState.released)
    .execute()
  const calledOff = owing
    .innerJoin('AsyncSchema.Inbox as i', 'i.MessageId', 'e.MessageId')
    .where('i.Consumer', '=', teller)
    .where('i.State', '=', inboxState.done)
  const ended = { State: outboxState.cancelled, LastReason: 'target-told-anew' }
  await db
    .updateTable('AsyncSchema.Outbox')
    .set({ ...ended, DateEnded: now, DateLastHeard: now })
    .where('DateEnded', 'is', null)
    .where('MessageId', 'in', calledOff as never)
    .execute()
}

/** No message owes it: it was refused, or left, or the one that did has ended. */
export const isOwedByNone = (entry: OfEntry) =>
  entry.or([
    // Also while the message that was refused has not ended: it takes nothing more with it.
    entry('MessageId', 'is', null),
    entry.not(
      entry.exists(
        openMessage(entry).whereRef('o.MessageId', '=', 'AsyncSchema.ProvisioningEntry.MessageId'),
      ),
    ),
  ])

/**
 * Has it owed, unless a message owes it that has not ended: that one takes with it what is so when its time comes.
 * @param where what else must be so of it still
 */
export async function owe(
  db: Kysely<Database>,
  { entryId, before }: { readonly entryId: number; readonly before: number },
  where?: (entry: OfEntry) => ReturnType<OfEntry['and']>,
): Promise<Due[]> {
  const messageId = messageIdOf(entryId, before + 1)
  const owing = db
    .updateTable('AsyncSchema.ProvisioningEntry')
    .set({ MessageId: messageId, Messages: before + 1 })
    .where('EntryId', '=', entryId)
    .where('Messages', '=', before)
    .where(isOwedByNone)
  const { numUpdatedRows } = await (where ? owing.where(where) : owing).executeTakeFirst()
  return numUpdatedRows ? [{ entryId, messageId }] : []
}
