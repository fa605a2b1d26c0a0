import {
  IdentifierNode,
  OperationNodeTransformer,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  type SchemableIdentifierNode,
  type UnknownRow,
} from 'kysely'
import { columnsOf, tables, type TableName } from '../tables.js'

/** SQLite has no schemas: the table `IntSchema.Claim` is `IntSchema_Claim` there. */
class FlatNames extends OperationNodeTransformer {
  protected override transformSchemableIdentifier(node: SchemableIdentifierNode): SchemableIdentifierNode {
    const { schema, identifier, ...rest } = super.transformSchemableIdentifier(node)
    return {
      ...rest,
      identifier: schema ? IdentifierNode.create(`${schema.name}_${identifier.name}`) : identifier,
    }
  }
}

const bitColumns = new Set(
  Object.keys(tables).flatMap((table) =>
    Object.entries(columnsOf(table as TableName))
      .filter(([, column]) => column.kind === 'bit')
      .map(([name]) => name),
  ),
)

/** Gives SQLite the look of SQL Server: schemas by name, and bits that are read as booleans. */
export class FlatNamesPlugin implements KyselyPlugin {
  private readonly transformer = new FlatNames()

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    return this.transformer.transformNode(node, queryId)
  }

  transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    for (const row of result.rows) {
      for (const name in row) {
        if (bitColumns.has(name) && typeof row[name] === 'number') row[name] = row[name] !== 0
      }
    }
    return Promise.resolve(result)
  }
}
