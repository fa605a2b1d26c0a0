import { createHash } from 'node:crypto'
import { columnsOf, type TableName } from '#shared/database'
import type { NotifyCall } from '../../../testing/simulators/index.js'
import type { S3Simulator } from '../../../testing/simulators/s3.simulator.js'
import { withStampToken } from '../../support/examples.js'
import { storedFiles } from '../../support/payment-runs.js'
import type { Processes } from '../../support/processes.js'
import { readRows } from '../../support/rows.js'
import { today, tomorrow } from './fault-settings.js'

type Row = Readonly<Record<string, unknown>>

/** Every row of every web-app table, every email, ticket and file, each as a line that two runs can agree on. */
export type LeftBehind = Readonly<Record<string, readonly string[]>>

/** What a line leaves out of a row, where two runs may differ in it. */
export type Except = (table: string, row: Row) => Row

const asItIs: Except = (_, row) => row

/** What a service writes down while its clock is a day ahead has tomorrow's date, and stays so. */
export const dayAhead: Except = (table, row) => {
  const columns = columnsOf(table as TableName)
  const values = Object.entries(row).map(([name, value]) => {
    const isAhead = columns[name]?.kind === 'time' && String(value).startsWith(tomorrow)
    return [name, isAhead ? today : value]
  })
  return Object.fromEntries(values) as typeof row
}

/** @param except must say why it leaves something out */
export async function leftBehind(
  { database: { connection }, simulators }: Processes,
  except = asItIs,
): Promise<LeftBehind> {
  const tables = Object.entries(await readRows(connection)).map(([table, rows]) => [
    table,
    comparable(table as TableName, rows).map((row) => except(table, row)),
  ])
  const files = Object.entries(storedFiles(simulators.s3)).map(([name, bytes]) => ({
    name: withStampToken(name),
    bytes: createHash('sha256').update(bytes).digest('hex'),
  }))
  return inLines({
    ...(Object.fromEntries(tables) as Record<string, Row[]>),
    emails: simulators.notify.calls.map(emailOf),
    tickets: simulators.helpdesk.tickets.map(({ ticket }) => ticket),
    files,
    payments: paymentsIn(simulators.s3),
  })
}

/** What an email says, and to whom; not by which name Notify knows it. */
const emailOf = ({ template_id, email_address, personalisation }: NotifyCall): Row => ({
  ...{ template_id, email_address, ...personalisation },
})

export const linesOfEmails = (calls: readonly NotifyCall[]): readonly string[] => asLines(calls.map(emailOf))

/** The lines of all files of the unit: what the bank is told, and for which reference. */
const paymentsIn = (s3: S3Simulator): Row[] =>
  Object.entries(storedFiles(s3))
    .filter(([name]) => name.startsWith('apvu-'))
    .flatMap(([, text]) => text.slice(0, text.indexOf('\n\n')).split('\n'))
    .map((payment) => ({ payment }))

/** In what two runs differ, a few lines of each kind; nothing where they are alike. */
export function unlike(found: LeftBehind, expected: LeftBehind): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(found)])
  return [...names].flatMap((name) => {
    const [is, should] = [found[name] ?? [], expected[name] ?? []]
    return [
      ...aFew(without(should, is).map((line) => `${name} lacks ${line}`)),
      ...aFew(without(is, should).map((line) => `${name} has besides ${line}`)),
    ]
  })
}

const fewLines = 3

const aFew = (lines: readonly string[]): string[] =>
  lines.length > fewLines
    ? [...lines.slice(0, fewLines), `… and ${lines.length - fewLines} more of these`]
    : [...lines]

/** The lines that others, one for one, do not account for. */
export function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1)
  return lines.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  })
}

const inLines = (sets: Readonly<Record<string, readonly Row[]>>): LeftBehind =>
  Object.fromEntries(Object.entries(sets).map(([name, rows]) => [name, asLines(rows)]))

const asLines = (rows: readonly Row[]): readonly string[] =>
  rows.map((row) =>
    JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))),
  )

/** Ids that the database gave by their rank among the rows of their claim; times of the day as the day alone. */
function comparable(table: TableName, rows: readonly Row[]): Row[] {
  const key = numberedKey(table)
  const ranks = new Map<string, number>()
  const inOrder = key ? [...rows].sort((a, b) => Number(a[key]) - Number(b[key])) : rows
  return inOrder.map((row) => {
    const owner = JSON.stringify([row.Reference, row.ClaimId])
    const rank = (ranks.get(owner) ?? 0) + 1
    ranks.set(owner, rank)
    const values = Object.entries(row).map(([name, value]) => [name, plain(table, name, value)])
    return { ...Object.fromEntries(values), ...(key ? { [key]: `no. ${rank}` } : {}) } as Row
  })
}

function plain(table: TableName, name: string, value: unknown): unknown {
  // Documents the services ask for have numbers below nought, given in the order in which they come to it.
  if (name === 'ClaimDocumentId' && Number(value) < 0) return 'asked for'
  if (name === 'Filepath') return withStampToken(value)
  const isTime = columnsOf(table)[name]?.kind === 'time'
  return isTime && String(value).startsWith(today) ? today : value
}

/** The key that the database numbers; rows of the external schema come with their ids, but for tasks. */
function numberedKey(table: TableName): string | undefined {
  if (table.startsWith('ExtSchema.') && table !== 'ExtSchema.Task') return undefined
  return Object.entries(columnsOf(table)).find(([, { identity }]) => identity)?.[0]
}
