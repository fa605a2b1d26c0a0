import type { CompiledQuery } from 'kysely'
import { conventional, type SpanAttributes, type SpanOptions } from '../../telemetry/index.js'
import { isList } from '../statement-list.js'
import { statementOf, type Statement } from './statement.rules.js'

/** How the span of a statement begins. */
export interface KnownStatement {
  readonly name: string
  readonly options: SpanOptions
}

/** The texts differ by how many values they take, and by little else. */
const most = 1_000

/** What is said of each statement, worked out once for its text; of a list, for its length. */
export class KnownStatements {
  private readonly known = new Map<string, KnownStatement>()

  /** @param common what is said of all of them */
  constructor(readonly common: SpanAttributes) {}

  of(query: CompiledQuery): KnownStatement {
    if (!isList(query)) return this.once(query.sql, () => statementOf(query))
    const { statements } = query
    const [only, another] = statements
    if (only && !another) return this.of(only)
    return this.once(`${statements.length}`, () => ({ operation: 'BATCH', size: statements.length }))
  }

  private once(key: string, find: () => Statement): KnownStatement {
    const known = this.known.get(key)
    if (known) return known
    const statement = this.describe(find())
    if (this.known.size >= most) this.known.clear()
    this.known.set(key, statement)
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
