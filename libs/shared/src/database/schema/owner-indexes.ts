import type { DatabaseConnection } from '../connection.js'
import type { ActualIndex } from '../dialect.js'
import { columnsOf, type TableName } from './tables.js'
import { webAppTables } from './web-app-tables.js'

/** The services that ask the database something which an index of its owner serves. */
export type IndexUser = 'task-relay' | 'claim-completer' | 'daily-tasks'

/** An index that our statements need on a table of the web apps, and that production has not got of itself. */
export interface OwnerIndex {
  readonly name: string
  readonly table: TableName
  readonly column: string
  /** Where it is of these rows only: `Status` is this. */
  readonly status?: string
  /** For its owner: what looks through the whole table without it. */
  readonly reason: string
  readonly neededBy: readonly IndexUser[]
}

const plain = (table: string) => table.replace('.', '_')

const index = (
  table: TableName,
  column: string,
  neededBy: readonly IndexUser[],
  reason: string,
): OwnerIndex => ({ name: `IX_${plain(table)}_${column}`, table, column, neededBy, reason })

const pending = (table: 'ExtSchema.Task' | 'IntSchema.Task'): OwnerIndex => ({
  ...index(table, 'TaskId', ['task-relay'], 'the relay looks for the rows that wait, many times a second'),
  name: `IX_${plain(table)}_Pending`,
  status: 'PENDING',
})

/** Who deletes rows of a schema: from the external one what was completed, answered or abandoned; archiving from the other. */
const deleters = { ExtSchema: ['claim-completer', 'daily-tasks'], IntSchema: ['daily-tasks'] } as const

/**
 * Deleting a parent looks for its children: without an index through all of them, and waits for every row that somebody
 * else is writing there. Two that delete at the same time wait for each other.
 */
function ofReferences(): OwnerIndex[] {
  return Object.keys(webAppTables).flatMap((name) => {
    const table = name as TableName
    const schema = table.startsWith('Ext') ? 'ExtSchema' : 'IntSchema'
    return Object.entries(columnsOf(table))
      .filter(([, column]) => column.references !== undefined && !column.index)
      .map(([column, { references = '' }]) => {
        const parent = references.split('.')[0] ?? ''
        return index(
          table,
          column,
          deleters[schema],
          `whoever deletes a row of ${parent} looks for its rows here`,
        )
      })
  })
}

/** All of them. A test holds them against the statements, and `deploy/sql/web-app-indexes.sql` is made from them. */
export const ownerIndexes: readonly OwnerIndex[] = [
  pending('ExtSchema.Task'),
  pending('IntSchema.Task'),
  index(
    'ExtSchema.Task',
    'ClaimId',
    ['daily-tasks'],
    'archiving and the daily jobs ask whether work is under way for a claim',
  ),
  index(
    'IntSchema.Task',
    'ClaimId',
    ['daily-tasks'],
    'archiving and the daily jobs ask whether work is under way for a claim',
  ),
  index(
    'ExtSchema.Task',
    'Reference',
    ['daily-tasks'],
    'the clean-up asks what was handed over of an eligibility',
  ),
  index(
    'IntSchema.Prisoner',
    'PrisonNumber',
    ['claim-completer'],
    'a rule of automatic approval asks who visited the prisoner on a day',
  ),
  ...ofReferences(),
]

/** The same for an archive: nothing is deleted there. */
export const archiveIndexes: readonly OwnerIndex[] = [
  index(
    'IntSchema.TopUp',
    'ClaimId',
    ['daily-tasks'],
    'the only table of a claim that has no reference to find its rows by',
  ),
]

/** Those whose tables have no index that serves: whatever it is called, it begins with the column. */
export async function missingIndexes(
  { db, dialect }: Pick<DatabaseConnection, 'db' | 'dialect'>,
  wanted: readonly OwnerIndex[],
): Promise<OwnerIndex[]> {
  if (!wanted.length) return []
  const { rows } = await dialect.actualIndexes([...new Set(wanted.map(({ table }) => table))]).execute(db)
  return wanted.filter((index) => !rows.some((actual) => serves(actual, index)))
}

/** Exported for its test: the catalogues write a filter each in their way. */
export function serves({ table, column, filter }: ActualIndex, wanted: OwnerIndex): boolean {
  if (table !== wanted.table) return false
  const only = filter === null || filter === '' ? undefined : plainFilter(filter)
  if (wanted.status === undefined) return column === wanted.column && only === undefined
  // By the status itself serves as well, of all rows or of these.
  if (only === undefined) return column === 'Status'
  return only === `status='${wanted.status.toLowerCase()}'`
}

const plainFilter = (filter: string): string => filter.toLowerCase().replace(/[\s"()[\]]/g, '')
