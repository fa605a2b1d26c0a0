import { Injectable } from '@nestjs/common'
import { sql } from 'kysely'
import { textKey } from '../../contracts/index.js'
import { DatabaseConnection } from '../../database/index.js'
import { taskSchemas } from './runs.repository.js'

/** Which messages are about a reference without naming it: those whose Task row does. */
@Injectable()
export class References {
  constructor(private readonly connection: DatabaseConnection) {}

  async messageIds(reference: string): Promise<ReadonlySet<string>> {
    const { db } = this.connection
    const found = taskSchemas.map((schema) =>
      db
        .selectFrom('AsyncSchema.Outbox as o')
        .select('o.MessageId')
        .where('o.TaskSchema', '=', schema)
        .where(
          'o.TaskId',
          'in',
          db.selectFrom(`${schema}.Task`).select('TaskId').where('Reference', '=', reference),
        )
        .execute(),
    )
    return new Set((await Promise.all(found)).flat().map(({ MessageId }) => textKey(MessageId)))
  }

  /**
   * The references of claims that have a number, and of Task rows that have it: each schema counts for itself. A row without a
   * reference by its own name.
   */
  async withNumber(id: number): Promise<string[]> {
    const { db } = this.connection
    const claims = (schema: (typeof taskSchemas)[number]) =>
      db
        .selectFrom(`${schema}.Claim`)
        .select(['Reference', sql<string>`${sql.lit(schema)}`.as('in')])
        .where('ClaimId', '=', id)
    const tasks = (schema: (typeof taskSchemas)[number]) =>
      db
        .selectFrom(`${schema}.Task`)
        .select(['Reference', sql<string>`${sql.lit(schema)}`.as('in')])
        .where('TaskId', '=', id)
    const rows = await tasks('ExtSchema')
      .union(tasks('IntSchema'))
      .union(claims('ExtSchema'))
      .union(claims('IntSchema'))
      .execute()
    const found = rows.map(({ Reference, in: schema }) => Reference ?? `${schema}.Task.${id}`)
    return [...new Set(found)].sort()
  }
}
