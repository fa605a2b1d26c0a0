import { Injectable } from '@nestjs/common'
import type { ExpressionBuilder } from 'kysely'
import { DatabaseConnection, type Database } from '#shared/database'
import { pageSize, type TakingStage } from '#shared/jobs'
import { targetState } from '#shared/provisioning'
import { isOwedByNone, owe, type Due } from '../subjects/owing.js'

/** What changed after its message had last read it, where that message was given up, or ended otherwise. */
export interface LeftBehind {
  readonly entryId: number
  readonly before: number
  readonly due?: Due
}

/** What targets are to know and no message tells them: it has changed since it was last sent, and is owed by none. */
@Injectable()
export class EntriesLeftBehind {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Owed again, page by page. What a target refused as it is now is a dead letter, and stays one. */
  all(): TakingStage<LeftBehind> {
    return {
      keyOf: ({ entryId }) => entryId,
      read: (db, after) => {
        const rows = db
          .selectFrom('AsyncSchema.ProvisioningEntry')
          .select(['EntryId as entryId', 'Messages as before'])
          .where('EntryId', '>', after)
          .where(hasChangedSince)
          .where(isOwedByNone)
          .where('TargetId', 'in', (entry) =>
            entry
              .selectFrom('AsyncSchema.ProvisioningTarget as t')
              .select('t.TargetId')
              .where('t.State', '=', targetState.active),
          )
          .orderBy('EntryId')
        return this.connection.dialect.first(rows, pageSize).execute()
      },
      take: async ({ db }, found) => {
        const owed: LeftBehind[] = []
        for (const entry of found)
          for (const due of await owe(db, entry, hasChangedSince)) owed.push({ ...entry, due })
        return owed
      },
    }
  }
}

/** Since it was last sent, and the target has not confirmed it. */
const hasChangedSince = (entry: ExpressionBuilder<Database, 'AsyncSchema.ProvisioningEntry'>) =>
  entry.and([
    entry('ConfirmedVersion', '<', entry.ref('WantedVersion')),
    entry.or([entry('SentVersion', 'is', null), entry('SentVersion', '<', entry.ref('WantedVersion'))]),
  ])
