import { SelectionNode, sql, type CompiledQuery, type SelectQueryNode } from 'kysely'
import { FlatNamesCompiler } from '#shared/database'

/** How a statement reads a table of which it takes rows for its transaction: see `many-writers.dialect.ts`. */
const takes = /"(\w+)" as "(\w+)" \/\*(holding|taking)\*\//
const ranged = /from "(\w+)" \/\*range\*\//
const writes = /^\s*(?:update|delete from|insert into) "(\w+)"/
const named = /"(\w+Schema_\w+)"/g
const compiler = new FlatNamesCompiler()

/** What there is to know of a statement from its text. */
export class Plan {
  readonly target: string | undefined
  readonly isInsert: boolean
  /** The table whose rows it takes for its transaction. */
  readonly held: { readonly table: string; readonly alias: string; readonly how: string } | undefined
  readonly range: string | undefined

  constructor(readonly query: CompiledQuery) {
    this.target = writes.exec(query.sql)?.[1]
    this.isInsert = /^\s*insert/.test(query.sql)
    const [, table = '', alias = '', how = ''] = takes.exec(query.sql) ?? []
    this.held = how ? { table, alias, how } : undefined
    this.range = ranged.exec(query.sql)?.[1]
  }

  get tables(): readonly string[] {
    return [...this.query.sql.matchAll(named)].map(([, table = '']) => table)
  }

  /** It passes over what others are writing, and takes nothing. */
  get looksOnly(): boolean {
    return this.query.sql.includes('/*looking*/')
  }

  get isWrite(): boolean {
    return this.target !== undefined
  }

  /** The statement, asking for the keys of the rows it takes instead. */
  keysQuery(columns: readonly string[]): { text: string; parameters: readonly unknown[] } {
    const alias = this.held?.alias ?? ''
    const selections = columns.map((column) =>
      SelectionNode.create(sql.ref(`${alias}.${column}`).toOperationNode() as never),
    )
    const { query } = this.query
    const asks = query.kind === 'InsertQueryNode' ? query.values : query
    const node = { ...(asks as SelectQueryNode), selections }
    const { sql: text, parameters: some } = compiler.compileQuery(node, this.query.queryId)
    // Of a query that was built once only the compiled one has the values; those of the columns asked for come first.
    const { parameters } = this.query
    return { text, parameters: parameters.slice(parameters.length - some.length) }
  }
}
