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
export function changesAmong(recorded: string, keyColumns: KeyColumns): Changes {
  const changes: Changes = new Map()
  for (const [table, before, after] of JSON.parse(recorded) as [string, Row | null, Row | null][]) {
    const change = { table, before, after }
    const columns = keyColumns(change.table)
    const key = rowKey(
      change.table,
      columns.map((column) => (change.before ?? change.after)?.[column]),
    )
    merged(changes, new Map([[key, change]]))
  }
  return changes
}

/** Adds what happened later. */
export function merged(changes: Changes, later: Changes): void {
  for (const [key, change] of later) {
    const { before } = changes.get(key) ?? change
    changes.set(key, { ...change, before })
  }
}

/** What takes back what was committed, in some tables. */
export function undoing(
  history: readonly (readonly [key: string, change: Change])[],
  isIn: (table: string) => boolean,
): Changes {
  const changes: Changes = new Map()
  for (const [key, { table, before, after }] of history)
    if (isIn(table)) changes.set(key, { table, before: after, after: changes.get(key)?.after ?? before })
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
