import type { CompiledQuery } from 'kysely'
import { conventional, type SpanAttributes, type SpanOptions } from '../../telemetry/index.js'
import { statementOf, type Statement } from './statement.rules.js'

/** How the span of a statement begins. */
export interface KnownStatement {
  readonly name: string
  readonly options: SpanOptions
}

/** The texts differ by how many values they take, and by little else. */
const most = 1_000

/** What is said of each statement, worked out once for its text. */
export class KnownStatements {
  readonly commit: KnownStatement
  private readonly known = new Map<string, KnownStatement>()

  /** @param common what is said of all of them */
  constructor(readonly common: SpanAttributes) {
    this.commit = this.describe({ operation: 'COMMIT' })
  }

  of(query: CompiledQuery): KnownStatement {
    const known = this.known.get(query.sql)
    if (known) return known
    const statement = this.describe(statementOf(query))
    if (this.known.size >= most) this.known.clear()
    this.known.set(query.sql, statement)
    return statement
  }

  private describe({ operation, collection, size }: Statement): KnownStatement {
    const attributes = {
      ...this.common,
      [conventional.dbOperation]: operation,
      [conventional.dbCollection]: collection,
      [conventional.dbBatchSize]: size,
    }
    const name = collection === undefined ? operation : `${operation} ${collection}`
    return { name, options: { kind: 'client', attributes } }
  }
}
