import type {
  KyselyPlugin,
  PluginTransformQueryArgs,
  PluginTransformResultArgs,
  QueryResult,
  RootOperationNode,
  UnknownRow,
} from 'kysely'
import type { ListResult } from '../statement-list.js'
import { columnsOf, tables, type TableName } from '../schema/tables.js'

const bitColumns = new Set(
  Object.keys(tables).flatMap((table) =>
    Object.entries(columnsOf(table as TableName))
      .filter(([, column]) => column.kind === 'bit')
      .map(([name]) => name),
  ),
)

/** SQLite has no bits: the numbers of such columns are read as booleans, as they are from SQL Server. */
export class BitsPlugin implements KyselyPlugin {
  transformQuery({ node }: PluginTransformQueryArgs): RootOperationNode {
    return node
  }

  transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    const { answers = [result.rows] } = result as Partial<ListResult<UnknownRow>>
    for (const rows of answers) rows.forEach(readBits)
    return Promise.resolve(result)
  }
}

function readBits(row: UnknownRow): void {
  for (const name in row) {
    if (bitColumns.has(name) && typeof row[name] === 'number') row[name] = row[name] !== 0
  }
}
