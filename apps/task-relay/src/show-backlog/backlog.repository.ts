import { Injectable } from '@nestjs/common'
import { sql } from 'kysely'
import { taskStatus } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { outboxState } from '#shared/unit-of-work'
import type { TaskSchema } from '../relay-tasks/pending-tasks.repository.js'

/** Spelt out, so that both databases use the index of the pending rows. */
const pending = sql.lit(taskStatus.pending)
/** The same for the runs that are under way: those that wait for their moment are not. */
const waiting = sql.lit(outboxState.waiting)

/** Of the first rows that wait the oldest is among the oldest of all: they are numbered as they come. */
const rowsLookedAt = 20
/** Characters of a time. */
const longestTime = 30
/** More open runs than these are not counted: a question must not take longer the more there is to do. */
export const mostRunsCounted = 100_000

/** What waits in the database, read through the relay's own indexes, and never through all of it. Times are London's. */
@Injectable()
export class Backlog {
  constructor(private readonly connection: DatabaseConnection) {}

  /** How many runs have not ended, up to `mostRunsCounted`; and when those heard of longest ago were heard of. */
  async openRuns(): Promise<{ readonly count: number; readonly heard: readonly (string | null)[] }> {
    const { db, dialect } = this.connection
    const open = db
      .selectFrom(dialect.looking('AsyncSchema.Outbox', 'o'))
      .where('o.DateEnded', 'is', null)
      .where('o.State', '<>', waiting)
    const some = dialect.first(open.select('o.DateLastHeard'), mostRunsCounted).as('some')
    const { count } = await db
      .selectFrom(some)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    const first = open
      .select(dialect.plainText('o.DateLastHeard', longestTime).as('heard'))
      .orderBy('o.DateLastHeard')
    const heard = await dialect.first(first, rowsLookedAt).execute()
    return { count: Number(count), heard: heard.map((row) => row.heard) }
  }

  /** When the first pending rows of a Task table were made; null where that is no time. */
  async firstPending(schema: TaskSchema): Promise<readonly (string | null)[]> {
    const { db, dialect } = this.connection
    const query = db
      .selectFrom(dialect.looking(`${schema}.Task`, 't'))
      .select(dialect.plainText('t.DateCreated', longestTime).as('made'))
      .where('t.Status', '=', pending)
      .orderBy('t.TaskId')
    return (await dialect.first(query, rowsLookedAt).execute()).map(({ made }) => made)
  }
}
