import { Injectable } from '@nestjs/common'
import { sql } from 'kysely'
import { taskStatus } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import type { LocalTime } from '#shared/clock'
import type { TaskSchema } from '../relay-tasks/relay-tasks.repository.js'

/** Spelt out, so that both databases use the index of the pending rows. */
const pending = sql.lit(taskStatus.pending)

/** What waits in the database, read through the relay's own indexes. Times are London's. */
@Injectable()
export class Backlog {
  constructor(private readonly connection: DatabaseConnection) {}

  /** The runs that have not ended: how many, and when the one not heard of for longest was heard of (null: none). */
  async openRuns(): Promise<{ readonly count: number; readonly heard: LocalTime | null }> {
    const { count, heard } = await this.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('DateLastHeard').as('heard')])
      .where('DateEnded', 'is', null)
      .executeTakeFirstOrThrow()
    return { count: Number(count), heard }
  }

  /** When the oldest pending row of a Task table was made; null where there is none. */
  async oldestPending(schema: TaskSchema): Promise<LocalTime | null> {
    const { made } = await this.connection.db
      .selectFrom(`${schema}.Task`)
      .select((eb) => eb.fn.min('DateCreated').as('made'))
      .where('Status', '=', pending)
      .executeTakeFirstOrThrow()
    return made
  }
}
