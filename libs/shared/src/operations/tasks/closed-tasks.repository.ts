import { Injectable } from '@nestjs/common'
import { sql, type RawBuilder } from 'kysely'
import { Clock, shownTime, toLondon, type LocalTime } from '../../clock/index.js'
import { taskStatus, type TaskRef } from '../../contracts/index.js'
import { DatabaseConnection, fit } from '../../database/index.js'

/** Who closed a failed Task row, and why. */
export interface Closed {
  readonly person: string
  readonly reason: string
  readonly at: LocalTime
}

/** When a Task row ended, or else was created. */
export const ended: RawBuilder<LocalTime> = sql`coalesce(${sql.ref('DateProcessed')}, ${sql.ref('DateCreated')})`

/** Of a Task row and an entry of it: the entry is about the row's last failure. The names of the two tables' columns differ. */
const isOfLastFailure: RawBuilder<boolean> = sql`(${sql.ref('DateFailed')} = ${ended} or (${sql.ref('DateFailed')} is null and ${ended} <= ${sql.ref('DateClosed')}))`

/** Of a Task row: somebody has closed it, and it has not failed since. */
export const isClosed = (schema: TaskRef['schema']): RawBuilder<boolean> => {
  const isOfRow = sql`${sql.ref('TaskSchema')} = ${schema} and ${sql.ref('ClosedId')} = ${sql.ref('TaskId')}`
  return sql`exists (select 1 from ${sql.table('AsyncSchema.TaskClosed')} where ${isOfRow} and ${isOfLastFailure})`
}

/** The entries that close failed Task rows. The rows themselves are left alone: they are the web apps'. */
@Injectable()
export class ClosedTasks {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /**
   * Closes rows of these that are failed. Doing it again changes who, why and when.
   * @param until an ISO 8601 time: what fails after it is left alone
   * @returns how many
   */
  async close(
    schema: TaskRef['schema'],
    ids: readonly number[],
    by: Pick<Closed, 'person' | 'reason'>,
    until?: string,
  ): Promise<number> {
    try {
      return await this.closeNow(schema, ids, by, until)
    } catch (error) {
      if (!this.connection.dialect.isDuplicateKey(error)) throw error
      // Somebody else has just closed one of them: their entry is there now.
      return this.closeNow(schema, ids, by, until)
    }
  }

  private closeNow(
    schema: TaskRef['schema'],
    ids: readonly number[],
    { person, reason }: Pick<Closed, 'person' | 'reason'>,
    until: string | undefined,
  ): Promise<number> {
    const entry = {
      Person: fit('AsyncSchema.TaskClosed', 'Person', person),
      Reason: fit('AsyncSchema.TaskClosed', 'Reason', reason),
      DateClosed: this.clock.now(),
    }
    return this.connection.transaction(async (db) => {
      const failed = db
        .selectFrom(`${schema}.Task`)
        .where('TaskId', 'in', ids)
        .where('Status', '=', taskStatus.failed)
        .$if(until !== undefined, (rows) => rows.where(ended, '<=', toLondon(new Date(until ?? 0))))
      const known = await db
        .updateTable('AsyncSchema.TaskClosed')
        .set((row) => ({
          ...entry,
          DateFailed: row
            .selectFrom(`${schema}.Task`)
            .select(ended.as('ended'))
            .whereRef('TaskId', '=', 'AsyncSchema.TaskClosed.ClosedId'),
        }))
        .where('TaskSchema', '=', schema)
        .where('ClosedId', 'in', failed.select('TaskId'))
        .executeTakeFirst()
      const closed = db
        .selectFrom('AsyncSchema.TaskClosed')
        .select('ClosedId')
        .where('TaskSchema', '=', schema)
        .where('ClosedId', 'in', ids)
      const added = await db
        .insertInto('AsyncSchema.TaskClosed')
        .columns(['TaskSchema', 'ClosedId', 'Person', 'Reason', 'DateClosed', 'DateFailed'])
        .expression(
          failed
            .select((row) => [
              row.val(schema).as('TaskSchema'),
              'TaskId',
              row.val(entry.Person).as('Person'),
              row.val(entry.Reason).as('Reason'),
              row.val(entry.DateClosed).as('DateClosed'),
              ended.as('DateFailed'),
            ])
            .where('TaskId', 'not in', closed),
        )
        .executeTakeFirst()
      return Number(known.numUpdatedRows) + Number(added.numInsertedOrUpdatedRows ?? 0)
    })
  }

  /** Who closed which of these rows, as they failed last. */
  async of(schema: TaskRef['schema'], ids: readonly number[]): Promise<ReadonlyMap<number, Closed>> {
    if (!ids.length) return new Map()
    const rows = await this.connection.db
      .selectFrom([`${schema}.Task`, 'AsyncSchema.TaskClosed'])
      .select(['ClosedId', 'Person', 'Reason', 'DateClosed'])
      .whereRef('ClosedId', '=', 'TaskId')
      .where('TaskSchema', '=', schema)
      .where('ClosedId', 'in', ids)
      .where(isOfLastFailure)
      .execute()
    return new Map(
      rows.map(({ ClosedId, Person, Reason, DateClosed }) => [
        ClosedId,
        { person: Person, reason: Reason, at: shownTime(DateClosed) },
      ]),
    )
  }
}
