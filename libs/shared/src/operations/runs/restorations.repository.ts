import { sql } from 'kysely'
import type { LocalTime } from '../../clock/index.js'
import type { DatabaseConnection } from '../../database/index.js'

/** Restorations of the database: from copies of when, and the last numbers there were. */
export class Restorations {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Whether the restoration from that copy is written down. */
  async isRecorded(copied: LocalTime): Promise<boolean> {
    const row = await this.connection.db
      .selectFrom('AsyncSchema.Restoration')
      .select('DateRecorded')
      .where('DateCopied', '=', copied)
      .executeTakeFirst()
    return row !== undefined
  }

  /**
   * Writes down that the database was restored from a copy. Repeating is safe: the first word counts, for what is new
   * since is nothing that was lost.
   * @returns false if that copy was written down before
   */
  async record(copied: LocalTime, now: LocalTime): Promise<boolean> {
    const { db, dialect } = this.connection
    const last = (table: string, column: string) =>
      sql<number>`(select coalesce(max(${sql.ref(column)}), 0) from ${sql.table(table)})`
    try {
      await db
        .insertInto('AsyncSchema.Restoration')
        .values({
          ...{ DateCopied: copied, DateRecorded: now },
          LastOutboxId: last('AsyncSchema.Outbox', 'OutboxId'),
          LastExternalTaskId: last('ExtSchema.Task', 'TaskId'),
          LastInternalTaskId: last('IntSchema.Task', 'TaskId'),
        })
        .execute()
      return true
    } catch (error) {
      if (dialect.isDuplicateKey(error)) return false
      throw error
    }
  }
}
