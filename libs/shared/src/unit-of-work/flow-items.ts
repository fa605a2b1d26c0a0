import type { Compilable, Kysely } from 'kysely'
import { NotOwed, type MessageIdentity } from '../contracts/index.js'
import { orElse, type Database } from '../database/index.js'

/**
 * The statement that counts the items that are queued with a piece of work, where it queues those of a flow's step. The
 * step's row is written by whoever queues, page after page, and by nobody for an item. Of a step that has ended, or
 * was called off, nothing more is queued, and nothing of the page happens.
 */
export const itemsQueued = (
  db: Kysely<Database>,
  { flowStep }: MessageIdentity,
  count: number,
): Compilable[] =>
  flowStep === undefined || count === 0
    ? []
    : [
        orElse(
          db
            .updateTable('AsyncSchema.FlowStep')
            .set((step) => ({ Queued: step('Queued', '+', count) }))
            .where('StepId', '=', flowStep)
            .where('DateEnded', 'is', null),
          () => new NotOwed('cancelled'),
        ),
      ]
