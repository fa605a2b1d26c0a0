import type { CompiledQuery, OperationNode } from 'kysely'

/** What may be told of a statement: what it does, and to which table first. No text of it, no value in it. */
export interface Statement {
  /** In capitals: `SELECT`, `INSERT`; `BATCH` of several statements in one query. */
  readonly operation: string
  /** E.g. `IntSchema.Claim`; undefined where that is not known. */
  readonly collection?: string | undefined
  /** Of a batch, how many statements. */
  readonly size?: number | undefined
}

const keyword = /^\s*([a-z]+)/i

export function statementOf({ query, sql }: Pick<CompiledQuery, 'query' | 'sql'>): Statement {
  return { operation: (keyword.exec(sql)?.[1] ?? 'SQL').toUpperCase(), collection: tableOf(query) }
}

/** The shapes of Kysely's nodes that lead to a table's name. */
interface Node extends OperationNode {
  readonly froms?: readonly Node[]
  readonly from?: Node
  readonly into?: Node
  readonly table?: Node
  readonly node?: Node
  readonly schema?: { readonly name: string }
  readonly identifier?: { readonly name: string }
}

function tableOf(node: OperationNode | undefined): string | undefined {
  const { kind, froms, from, into, table, node: named, schema, identifier } = (node ?? {}) as Partial<Node>
  if (kind === 'SchemableIdentifierNode' && identifier)
    return schema ? `${schema.name}.${identifier.name}` : identifier.name
  const next = into ?? table ?? from ?? froms?.[0] ?? (kind === 'AliasNode' ? named : undefined)
  return next && tableOf(next)
}
