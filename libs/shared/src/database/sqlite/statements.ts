import type Libsql from 'libsql'
import type { QueryResult } from 'kysely'

export interface Prepared {
  readonly statement: Libsql.Statement<unknown[]>
  /** It gives rows. Asking libsql each time costs a good part of a small statement. */
  readonly reader: boolean
}

/** The prepared statements of a connection, by their texts. */
export class Statements {
  private readonly known = new Map<string, Prepared>()

  constructor(private readonly database: Libsql.Database) {}

  prepare(sql: string): Prepared {
    const known = this.known.get(sql)
    if (known) return known
    // Statements with a list of values differ by its length; the cache stays small all the same.
    if (this.known.size >= 500) this.known.clear()
    const statement = this.database.prepare<unknown[]>(sql)
    const prepared = { statement, reader: statement.reader }
    this.known.set(sql, prepared)
    return prepared
  }

  run<R>(sql: string, { statement, reader }: Prepared, values: unknown[]): QueryResult<R> {
    try {
      if (reader) return { rows: statement.all(...values) as R[] }
      const { changes, lastInsertRowid } = statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    } catch (error) {
      this.known.delete(sql)
      throw error
    }
  }

  forget(): void {
    this.known.clear()
  }
}
