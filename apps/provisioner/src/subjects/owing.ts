import type { ExpressionBuilder, Kysely } from 'kysely'
import { followUpId, messages } from '#shared/contracts'
import type { Database } from '#shared/database'

/** A target is owed word of a subject, under a message's id. */
export interface Due {
  readonly entryId: number
  readonly messageId: string
}

type OfEntry = ExpressionBuilder<Database, 'AsyncSchema.ProvisioningEntry'>

/** The id of the message by which a target is owed word of a subject: the so manieth of its kind. */
export const messageIdOf = (entryId: number, place: number): string =>
  followUpId(`provisioning.${entryId}.${place}`, messages.provisioningDue.subject)

/** One that has not ended. */
export const openMessage = (entry: OfEntry) =>
  entry.selectFrom('AsyncSchema.Outbox as o').select('o.OutboxId').where('o.DateEnded', 'is', null)

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
