import { Injectable } from '@nestjs/common'
import { Clock, fromLondon, toLondon, type LocalTime } from '#shared/clock'
import type { MessageIdentity } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { lostTryOf, type LostTry } from './lost-try.rules.js'

/** Nothing of before a restoration comes after so long: neither a message nor a dead letter. */
const matterDays = 60
const dayMs = 86_400_000

/** What an operator has written down of restorations (`ops restored`). */
@Injectable()
export class Restorations {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** @param rememberedMs for how long a try can be looked for outside, in milliseconds */
  async lostTry({ id, task }: MessageIdentity, rememberedMs: number): Promise<LostTry> {
    const now = this.clock.instant().getTime()
    const rows = await this.connection.db
      .selectFrom('AsyncSchema.Restoration')
      .select(['DateCopied', 'DateRecorded', 'LastOutboxId', 'LastExternalTaskId', 'LastInternalTaskId'])
      .select((eb) =>
        eb
          .selectFrom('AsyncSchema.Outbox as o')
          .select('o.OutboxId')
          .where('o.MessageId', '=', id)
          .as('outboxId'),
      )
      .where('DateRecorded', '>=', toLondon(new Date(now - matterDays * dayMs)))
      .execute()
    const age = (time: LocalTime) => now - fromLondon(time).getTime()
    const restorations = rows.map((row) => ({
      ...{ sinceCopyMs: age(row.DateCopied), sinceRecordedMs: age(row.DateRecorded) },
      lastOutboxId: row.LastOutboxId,
      lastTaskId: { ExtSchema: row.LastExternalTaskId, IntSchema: row.LastInternalTaskId },
    }))
    return lostTryOf({ task, outboxId: rows[0]?.outboxId ?? undefined }, restorations, rememberedMs)
  }
}
