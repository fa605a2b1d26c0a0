type Row = Readonly<Record<string, unknown>>

/** What became of a row. */
export interface Change {
  readonly table: string
  /** Null: it was not there. */
  readonly before: Row | null
  /** Null: it is gone. */
  readonly after: Row | null
}

/** What became of rows, by their keys. */
export type Changes = Map<string, Change>
type KeyColumns = (table: string) => readonly string[]

export const rowKey = (table: string, values: readonly unknown[]): string =>
  `${table} ${JSON.stringify(values.map((value) => (typeof value === 'string' ? value.toLowerCase() : value)))}`

/** What a statement has done, as the recorders wrote it down. */
export function changesAmong(recorded: readonly unknown[], keyColumns: KeyColumns): Changes {
  const changes: Changes = new Map()
  for (const { table, before, after } of recorded as Readonly<Record<string, string | null>>[]) {
    const change = { table: table ?? '', before: rowIn(before), after: rowIn(after) }
    const columns = keyColumns(change.table)
    const key = rowKey(
      change.table,
      columns.map((column) => (change.before ?? change.after)?.[column]),
    )
    merged(changes, new Map([[key, change]]))
  }
  return changes
}

const rowIn = (text: string | null | undefined): Row | null =>
  text == null ? null : (JSON.parse(text) as Row)

/** Adds what happened later. */
export function merged(changes: Changes, later: Changes): void {
  for (const [key, change] of later) {
    const { before } = changes.get(key) ?? change
    changes.set(key, { ...change, before })
  }
}

/** What takes back what was committed, in all tables but these. */
export function undoing(
  history: readonly (readonly [key: string, change: Change])[],
  butFor: ReadonlySet<string>,
): Changes {
  const changes: Changes = new Map()
  for (const [key, { table, before, after }] of history)
    if (!butFor.has(table))
      changes.set(key, { table, before: after, after: changes.get(key)?.after ?? before })
  return changes
}

/** The statements that put changes in: what was there goes first, so that keys are free. */
export function* applied(
  changes: Changes,
  keyColumns: KeyColumns,
): Generator<{ text: string; parameters: readonly unknown[] }> {
  for (const { table, before } of changes.values()) {
    if (!before) continue
    const columns = keyColumns(table)
    const where = columns.map((column) => `"${column}" = ?`).join(' and ')
    yield { text: `delete from "${table}" where ${where}`, parameters: columns.map((name) => before[name]) }
  }
  for (const { table, after } of changes.values()) {
    if (!after) continue
    const names = Object.keys(after)
    const columns = names.map((name) => `"${name}"`).join(', ')
    const marks = names.map(() => '?').join(', ')
    yield { text: `insert into "${table}" (${columns}) values (${marks})`, parameters: Object.values(after) }
  }
}
