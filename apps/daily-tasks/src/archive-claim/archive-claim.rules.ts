import { columnsOf, type ActualColumn, type Row } from '#shared/database'
import {
  claimTables,
  isNumbered,
  isOfEligibility,
  keyOf,
  type AnyRow,
  type ClaimRows,
  type ClaimTable,
} from './claim-tables.js'

/** What a table of the archive lacks of a claim. */
export interface Lacking {
  readonly table: ClaimTable
  /** Without their keys where the archive numbers them itself. */
  readonly insert: readonly AnyRow[]
  /** Rows that are there as they were before; keys included. */
  readonly update: readonly AnyRow[]
}

/** Whether a web app has added a column to one of a claim's rows. */
export const hasUnknownColumn = (rows: ClaimRows): boolean =>
  claimTables.some((table) =>
    Object.keys(rows[table][0] ?? {}).some((column) => !(column in columnsOf(table))),
  )

/**
 * A claim's rows with the columns that the archive has. Of a table of which nothing is known, with all of theirs.
 * @returns also the columns that are not there and that some row has a value in: it would be lost
 */
export function fitInto(archive: readonly ActualColumn[], rows: ClaimRows) {
  const homeless: ActualColumn[] = []
  const fitting = claimTables.map((table) => {
    const there = new Set(archive.filter((each) => each.table === table).map(({ column }) => column))
    const its = rows[table] as readonly AnyRow[]
    const missing = there.size ? Object.keys(its[0] ?? {}).filter((column) => !there.has(column)) : []
    const filled = missing.filter((column) => its.some((row) => row[column] !== null))
    homeless.push(...filled.map((column) => ({ table, column })))
    return [table, its.map((row) => without(row, ...missing))] as const
  })
  return { fitting: Object.fromEntries(fitting) as unknown as ClaimRows, homeless }
}

/** Whether two reads of a claim, by the same queries, found the same. */
export const sameRows = (one: ClaimRows, other: ClaimRows): boolean =>
  claimTables.every((table) => JSON.stringify(one[table]) === JSON.stringify(other[table]))

/**
 * What the archive lacks of a claim, parents before children; nothing where the copy is complete. Rows with keys of
 * their own are known by them, and brought up to date, but for those of the eligibility; rows that each database
 * numbers are known by their content, each as often as it occurs.
 * @param firstFreeId the archive's next free negative id of a document
 */
export function lackingIn(archived: ClaimRows, claim: ClaimRows, firstFreeId: number): Lacking[] {
  const asArchived = renumbered(claim, archived, firstFreeId)
  return claimTables
    .map((table) => lackingRows(table, archived[table], asArchived[table]))
    .filter(({ insert, update }) => insert.length + update.length > 0)
}

/** Whether an event or a document points at a row that belongs to another claim, and so is not archived with it. */
export function pointsElsewhere(claim: ClaimRows): boolean {
  const documents = new Set(claim['IntSchema.ClaimDocument'].map(({ ClaimDocumentId }) => ClaimDocumentId))
  const expenses = new Set(claim['IntSchema.ClaimExpense'].map(({ ClaimExpenseId }) => ClaimExpenseId))
  return (
    claim['IntSchema.ClaimEvent'].some((event) => isMissing(event.ClaimDocumentId, documents)) ||
    claim['IntSchema.ClaimDocument'].some((document) => isMissing(document.ClaimExpenseId, expenses))
  )
}

const isMissing = (id: number | null, known: ReadonlySet<number>): boolean => id !== null && !known.has(id)

function lackingRows(table: ClaimTable, archived: readonly AnyRow[], rows: readonly AnyRow[]): Lacking {
  const key = keyOf(table)
  if (isNumbered(table)) {
    const insert = notAmong(archived, rows, key).map((row) => without(row, key))
    return { table, insert, update: [] }
  }
  const there = new Map(archived.map((row) => [row[key], row]))
  const insert = rows.filter((row) => !there.has(row[key]))
  if (isOfEligibility(table)) return { table, insert, update: [] }
  const update = rows.filter((row) => {
    const old = there.get(row[key])
    return old !== undefined && content(old) !== content(row)
  })
  return { table, insert, update }
}

/** The rows whose content is not there, each as often as it is there less often than here. */
function notAmong(archived: readonly AnyRow[], rows: readonly AnyRow[], key: string): AnyRow[] {
  const unmatched = byContent(archived, key)
  return rows.filter((row) => unmatched.get(content(row, key))?.pop() === undefined)
}

/**
 * Negative ids of documents are this project's own, and used again once they are free: in the archive such a
 * document has the archive's next one, which its events then name.
 */
function renumbered(claim: ClaimRows, archived: ClaimRows, firstFreeId: number): ClaimRows {
  const table = 'IntSchema.ClaimDocument'
  const ids = archiveIds(archived[table], claim[table], firstFreeId)
  if (!ids.size) return claim
  const inArchive = (id: number) => ids.get(id) ?? id
  return {
    ...claim,
    [table]: claim[table].map((row) => ({ ...row, ClaimDocumentId: inArchive(row.ClaimDocumentId) })),
    'IntSchema.ClaimEvent': claim['IntSchema.ClaimEvent'].map((event) => ({
      ...event,
      ClaimDocumentId: event.ClaimDocumentId === null ? null : inArchive(event.ClaimDocumentId),
    })),
  }
}

type Document = Row<'IntSchema.ClaimDocument'>

function archiveIds(archived: readonly Document[], documents: readonly Document[], firstFreeId: number) {
  const key = 'ClaimDocumentId'
  const unmatched = byContent(archived.filter(isOurs), key)
  let free = firstFreeId
  return new Map(
    documents
      .filter(isOurs)
      .map((row) => [
        row.ClaimDocumentId,
        (unmatched.get(content(row, key))?.pop()?.[key] as number | undefined) ?? free--,
      ]),
  )
}

/** Whether this project numbered a document itself. */
export const isOurs = ({ ClaimDocumentId }: Document): boolean => ClaimDocumentId < 0

function byContent(rows: readonly AnyRow[], key: string): Map<string, AnyRow[]> {
  const groups = new Map<string, AnyRow[]>()
  for (const row of rows) {
    const group = groups.get(content(row, key))
    if (group) group.push(row)
    else groups.set(content(row, key), [row])
  }
  return groups
}

/** A row as text, whatever order its columns were read in, and whether or not there are columns without a value. */
const content = (row: AnyRow, except?: string): string =>
  JSON.stringify(
    Object.keys(row)
      .filter((column) => column !== except && row[column] !== null)
      .sort()
      .map((column) => [column, row[column]]),
  )

const without = (row: AnyRow, ...columns: readonly string[]): AnyRow =>
  Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column)))
