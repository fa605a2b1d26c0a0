import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { columnsOf } from '#shared/database'
import { plainTable, type Rows } from './rows.js'

type Row = Record<string, unknown>

/** A worked example: what there is, what happens, and every table and call afterwards. */
export interface Example {
  readonly name: string
  readonly area: string
  readonly about: string
  readonly clock: string
  readonly env: Readonly<Record<string, string>>
  readonly given: Rows
  readonly upstreams: {
    readonly dwp?: { readonly status?: string; readonly bySurname?: Readonly<Record<string, string>> }
    readonly directions?: {
      readonly metres?: number
      readonly byOrigin?: Readonly<Record<string, { readonly metres: number }>>
    }
  }
  readonly when: { readonly kind: 'tasks' | 'daily' | 'auto-approval' | 'payment' }
  readonly then: {
    readonly tables: Readonly<Record<string, readonly Row[]>>
    readonly calls: Readonly<Record<string, readonly Row[]>>
  }
}

export function readExamples(): Example[] {
  const root = new URL('../examples/', import.meta.url).pathname
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.includes('/') && file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Example)
}

/** What the tables must hold: as given, but for those that the example names. */
export function expectedTables({ given, then }: Example): Record<string, Row[]> {
  const tables: Record<string, readonly Row[]> = { ...given, ...then.tables }
  return inOrder(
    Object.fromEntries(
      Object.entries(tables)
        .filter(([, rows]) => rows.length)
        .map(([table, rows]) => [
          table,
          rows.map((row) => firstSentences(replaceToken(row, '@db-now', '@now'))),
        ]),
    ),
  )
}

/** What the tables hold, in the examples' terms: times near the clock, and ids that were not given, by token. */
export function actualTables(example: Example, tables: Record<string, Row[]>): Record<string, Row[]> {
  const now = example.clock.slice(0, 15)
  return inOrder(
    Object.fromEntries(
      Object.entries(tables).map(([table, rows]) => [
        table,
        rows.map((row) => firstSentences(withTokens(row, table, example, now))),
      ]),
    ),
  )
}

function withTokens(row: Row, table: string, { given }: Example, now: string): Row {
  const columns = columnsOf(plainTable(table))
  const [key] = Object.entries(columns).find(([, column]) => column.primaryKey) ?? ['']
  const isGiven =
    (given as Record<string, readonly Row[]>)[table]?.some((other) => other[key] === row[key]) ?? false
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      // The examples' clocks stand at a full or half hour: ten minutes from it are "now".
      if (typeof value === 'string' && value.startsWith(now)) return [name, '@now']
      if (name === 'Filepath') return [name, withStampToken(value)]
      if (name === 'ClaimDocumentId' && Number(value) < 0) return [name, '@new-document-id']
      if (name === key && columns[key]?.identity && !isGiven) return [name, '@id']
      return [name, value]
    }),
  )
}

/** The time in the name of a payment file. */
export const withStampToken = (path: unknown): unknown =>
  typeof path === 'string' ? path.replace(/-\d{14}(?=\.\w+$)/, '-@stamp') : path

const replaceToken = (row: Row, from: string, to: string): Row =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === from ? to : value]))

/** The text of an approval failure is fixed up to its first full stop. */
function firstSentences(row: Row): Row {
  if (row.Event !== 'AUTO-APPROVAL-FAILURE') return row
  const lines = String(row.Note).split('<br />')
  return { ...row, Note: lines.map((line) => line.split('.')[0]).join('<br />') }
}

function inOrder(tables: Record<string, Row[]>): Record<string, Row[]> {
  const text = (row: Row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))
  for (const rows of Object.values(tables)) rows.sort((a, b) => (text(a) < text(b) ? -1 : 1))
  return tables
}
