import type { Store } from './store.js'

/** The first number that the database gives a row in these tests: what has one came into being in them. */
export const firstNumber = 9_000_001

/** Traces begin by chance, and the numbers of rows come in another order. */
const leftOut = new Set(['Traceparent', 'traceparent'])

/** Whatever the order of what happened may change without meaning anything: numbers, times of the day itself, digests. */
const plainText = (text: string): string =>
  text
    .replace(/\b90\d{5}\b/g, '#')
    .replace(/2024-03-13 11:3\d:\d\d(?:\.\d+)?/g, 'now')
    // When what failed for the time being is sent anew, counted from now by one of the two clocks: nothing else is meant.
    .replace(/2024-03-13 15:30:0[01](?:\.000)?(?!\d)/g, 'in four hours')
    .replace(/\b20240313113\d{3}\b/g, 'stamp')
    .replace(/\b[\da-f]{16}\b/g, 'key')
    // A test's has the time in its digest.
    .replace(/\bevt_[\da-f]{32}\b/g, 'evt')
    .replace(/"traceparent":"[^"]*"/g, '')

/** A row, so that two of the same say the same. */
function plainRow(store: Store, table: string, row: Readonly<Record<string, unknown>>): string {
  const ownNumber = store.schema.isNumbered(table) ? store.schema.keyOf(table) : []
  const isNew = ownNumber.some((name) => Number(row[name]) >= firstNumber)
  const columns = Object.entries(meant(table, row)).flatMap(([name, value]) => {
    if (value === null || leftOut.has(name) || (isNew && ownNumber.includes(name))) return []
    return [
      `${name}=${isOurs(name, value) ? '-#' : plainText(typeof value === 'string' ? value : JSON.stringify(value))}`,
    ]
  })
  return `${table}: ${columns.join(' ')}`
}

/**
 * Where and when a message was published means nothing: it may be published again at any time. Nor does until when an
 * attempt is somebody's, by the machine's clock: its state says whether it is. Nor whether what is done needed an attempt.
 */
function meant(table: string, row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (table === 'AsyncSchema_Inbox')
    return { ...row, DateBusyUntil: null, ...(row.State === 'DONE' ? { DateFirstTried: null } : {}) }
  if (table !== 'AsyncSchema_Outbox') return row
  const { LastReason, State, DateEnded } = row
  const isOwed = DateEnded === null
  const nothing = { DatePublished: null, StreamSequence: null, DateLastHeard: null }
  return {
    ...{ ...row, ...nothing, State: isOwed ? 'OWED' : State },
    LastReason: State === 'DONE' || isOwed ? null : LastReason,
  }
}

/** Negative numbers are this project's own, given in the order in which they are asked for. */
const isOurs = (name: string, value: unknown): boolean => /Id$/.test(name) && Number(value) < 0

/**
 * What has become of the rows of a database.
 * @param columns by table, those that mean something; all, of every table, by default
 */
export function plainState(store: Store, columns?: Readonly<Record<string, readonly string[]>>): string[] {
  const rows: string[] = []
  for (const { table, before, after } of store.committed.values()) {
    if (columns && !(table in columns)) continue
    const [was, is] = [before, after].map((row) => row && plainRow(store, table, only(row, columns?.[table])))
    if (was === is || isOfPage(is ?? was)) continue
    if (was) rows.push(`gone: ${was}`)
    if (is) rows.push(is)
  }
  return rows.filter((row) => !isOverruled(row, rows)).sort()
}

const only = (row: Readonly<Record<string, unknown>>, columns: readonly string[] | undefined) =>
  columns ? Object.fromEntries(Object.entries(row).filter(([name]) => columns.includes(name))) : row

/** That a message was given up means nothing once it is done. */
function isOverruled(row: string, rows: readonly string[]): boolean {
  const [, consumer, id] = /^AsyncSchema_Inbox: Consumer=(\S+):given-up MessageId=(\S+) /.exec(row) ?? []
  const done = `AsyncSchema_Inbox: Consumer=${consumer} MessageId=${id} State=DONE`
  return consumer !== undefined && rows.some((each) => each.startsWith(done))
}

/** Which pages a job's rows were in: of two of the same job each may have done some, and a row may have been left at first. */
const isOfPage = (row: string | null | undefined): boolean =>
  /^AsyncSchema_Inbox: .*MessageId=\S+#/.test(row ?? '')

export const plainEffect = plainText
