import { Injectable } from '@nestjs/common'
import { sql, type RawBuilder } from 'kysely'
import { Clock, shownTime, type LocalTime } from '../../clock/index.js'
import { taskStatus, type TaskRef } from '../../contracts/index.js'
import { DatabaseConnection, fit } from '../../database/index.js'

/** Who closed a failed Task row, and why. */
export interface Closed {
  readonly person: string
  readonly reason: string
  readonly at: LocalTime
}

/** Of a Task row: somebody has closed it, and it has not failed since. */
export const isClosed = (schema: TaskRef['schema']): RawBuilder<boolean> => {
  const ref = (name: string) => sql.ref(name)
  // The names of the two tables' columns differ.
  const isOfRow = sql`${ref('TaskSchema')} = ${schema} and ${ref('ClosedId')} = ${ref('TaskId')}`
  const processed = ref('DateProcessed')
  return sql`exists (select 1 from ${sql.table('AsyncSchema.TaskClosed')} where ${isOfRow} and (${processed} is null or ${processed} <= ${ref('DateClosed')}))`
}

/** The entries that close failed Task rows. The rows themselves are left alone: they are the web apps'. */
@Injectable()
export class ClosedTasks {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** Closes rows of these that are failed. Doing it again changes who, why and when. @returns how many */
  async close(
    schema: TaskRef['schema'],
    ids: readonly number[],
    { person, reason }: Pick<Closed, 'person' | 'reason'>,
  ): Promise<number> {
    try {
      return await this.closeNow(schema, ids, { person, reason })
    } catch (error) {
      if (!this.connection.dialect.isDuplicateKey(error)) throw error
      // Somebody else has just closed one of them: their entry is there now.
      return this.closeNow(schema, ids, { person, reason })
    }
  }

  private closeNow(
    schema: TaskRef['schema'],
    ids: readonly number[],
    { person, reason }: Pick<Closed, 'person' | 'reason'>,
  ): Promise<number> {
    const entry = {
      Person: fit('AsyncSchema.TaskClosed', 'Person', person),
      Reason: fit('AsyncSchema.TaskClosed', 'Reason', reason),
      DateClosed: this.clock.now(),
    }
    return this.connection.transaction(async (db) => {
      const failed = db
        .selectFrom(`${schema}.Task`)
        .select('TaskId')
        .where('TaskId', 'in', ids)
        .where('Status', '=', taskStatus.failed)
      const known = await db
        .updateTable('AsyncSchema.TaskClosed')
        .set(entry)
        .where('TaskSchema', '=', schema)
        .where('ClosedId', 'in', failed)
        .executeTakeFirst()
      const closed = db
        .selectFrom('AsyncSchema.TaskClosed')
        .select('ClosedId')
        .where('TaskSchema', '=', schema)
        .where('ClosedId', 'in', ids)
      const added = await db
        .insertInto('AsyncSchema.TaskClosed')
        .columns(['TaskSchema', 'ClosedId', 'Person', 'Reason', 'DateClosed'])
        .expression(
          db
            .selectFrom(`${schema}.Task`)
            .select((row) => [
              row.val(schema).as('TaskSchema'),
              'TaskId',
              row.val(entry.Person).as('Person'),
              row.val(entry.Reason).as('Reason'),
              row.val(entry.DateClosed).as('DateClosed'),
            ])
            .where('TaskId', 'in', ids)
            .where('Status', '=', taskStatus.failed)
            .where('TaskId', 'not in', closed),
        )
        .executeTakeFirst()
      return Number(known.numUpdatedRows) + Number(added.numInsertedOrUpdatedRows ?? 0)
    })
  }

  /** Who closed which of these rows. */
  async of(schema: TaskRef['schema'], ids: readonly number[]): Promise<ReadonlyMap<number, Closed>> {
    if (!ids.length) return new Map()
    const rows = await this.connection.db
      .selectFrom('AsyncSchema.TaskClosed')
      .select(['ClosedId', 'Person', 'Reason', 'DateClosed'])
      .where('TaskSchema', '=', schema)
      .where('ClosedId', 'in', ids)
      .execute()
    return new Map(
      rows.map(({ ClosedId, Person, Reason, DateClosed }) => [
        ClosedId,
        { person: Person, reason: Reason, at: shownTime(DateClosed) },
      ]),
    )
  }
}
