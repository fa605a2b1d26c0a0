import { Injectable } from '@nestjs/common'
import { Clock } from '../../clock/index.js'
import { DatabaseConnection, fit } from '../../database/index.js'

/** Which emails and text messages go to the visitor's address or number of today. */
@Injectable()
export class Readdressed {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** Writes it down of messages; of those that have it already it is left at that. */
  async record(ids: readonly string[], person: string): Promise<void> {
    const { db, dialect } = this.connection
    const Person = fit('AsyncSchema.Readdressed', 'Person', person)
    for (const MessageId of ids) {
      try {
        await db
          .insertInto('AsyncSchema.Readdressed')
          .values({ MessageId, Person, DateRecorded: this.clock.now() })
          .execute()
      } catch (error) {
        if (!dialect.isDuplicateKey(error)) throw error
      }
    }
  }
}
