import type Libsql from 'libsql'
import type { QueryResult } from 'kysely'
import { readTexts, withTextsAsBytes } from './any-text.js'

export interface Prepared {
  readonly statement: Libsql.Statement<unknown[]>
  /** It gives rows. Asking libsql each time costs a good part of a small statement. */
  readonly reader: boolean
  /** What the tables were like, where it asks for all their columns: they may have others by the next time. */
  readonly schema?: number | undefined
}

/** The prepared statements of a connection, by their texts. */
export class Statements {
  private readonly known = new Map<string, Prepared>()
  private readonly schemaVersion: Libsql.Statement
  private readonly look: Libsql.Statement

  constructor(private readonly database: Libsql.Database) {
    this.schemaVersion = database.prepare('pragma schema_version')
    this.look = database.prepare('select 1 from sqlite_schema limit 1')
  }

  prepare(sql: string): Prepared {
    const known = this.known.get(sql)
    if (known && (known.schema === undefined || known.schema === this.schema())) return known
    // Statements with a list of values differ by its length; the cache stays small all the same.
    if (this.known.size >= 500) this.known.clear()
    const schema = asksForAll(sql) ? { schema: this.lookAtTables() } : {}
    const statement = this.readable(this.database.prepare<unknown[]>(sql), sql)
    const prepared = { statement, reader: statement.reader, ...schema }
    this.known.set(sql, prepared)
    return prepared
  }

  run<R>(sql: string, { statement, reader }: Prepared, values: unknown[]): QueryResult<R> {
    try {
      // As one list: libsql would take a lone null, or lone bytes, for values by name.
      if (reader) return { rows: read(statement.all(values)) as R[] }
      const { changes, lastInsertRowid } = statement.run(values)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    } catch (error) {
      this.known.delete(sql)
      throw error
    }
  }

  forget(): void {
    this.known.clear()
  }

  /** Changes with every change of a table, whoever makes it. `get` would leave the question open, and see nothing new. */
  private schema(): number | undefined {
    const [row] = this.schemaVersion.all() as { schema_version: number }[]
    return row?.schema_version
  }

  /**
   * Has SQLite look at the tables as they are now: it prepares from memory, and finds out that somebody has changed them
   * as it runs what looks at one.
   */
  private lookAtTables(): number | undefined {
    const schema = this.schema()
    this.look.all()
    return schema
  }

  /** The same question, safe to ask where its answer may hold what other programs have written. */
  private readable(statement: Libsql.Statement<unknown[]>, sql: string): Libsql.Statement<unknown[]> {
    if (!statement.reader || !/^\s*(select|with)\b/i.test(sql)) return statement
    const columns = statement.columns()
    if (columns.every(({ table }) => table?.startsWith('AsyncSchema_'))) return statement
    return this.database.prepare<unknown[]>(
      withTextsAsBytes(
        sql,
        columns.map(({ name }) => name),
      ),
    )
  }
}

/** All columns of a table: none of them may be lost. */
const asksForAll = (sql: string): boolean => /(?:\bselect(?: distinct)?|,|\.)\s*\*/i.test(sql)

function read(rows: unknown[]): unknown[] {
  for (const row of rows) readTexts(row as Record<string, unknown>)
  return rows
}
