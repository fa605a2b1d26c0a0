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

/**
 * The statements that put changes in. What is gone goes first, so that its keys are free; children go before their parents,
 * and come after them.
 */
export function* applied(
  changes: Changes,
  schema: { keyOf(table: string): readonly string[]; rankOf(table: string): number },
): Generator<{ text: string; parameters: readonly unknown[] }> {
  const ranked = [...changes.values()].sort(
    (one, other) => schema.rankOf(one.table) - schema.rankOf(other.table),
  )
  for (const { table, before, after } of [...ranked].reverse()) {
    if (!before || after) continue
    const columns = schema.keyOf(table)
    const where = columns.map((column) => `"${column}" = ?`).join(' and ')
    yield { text: `delete from "${table}" where ${where}`, parameters: columns.map((name) => before[name]) }
  }
  for (const { table, before, after } of ranked) {
    if (!after) continue
    const insert = insertInto(table, Object.keys(after))
    // What somebody else has put there is in the way of a new row, and not of one that was there.
    const text = before ? `${insert} ${orUpdate(Object.keys(after), schema.keyOf(table))}` : insert
    yield { text, parameters: Object.values(after) }
  }
}

const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ')
const insertInto = (table: string, names: readonly string[]) =>
  `insert into "${table}" (${quoted(names)}) values (${names.map(() => '?').join(', ')})`

function orUpdate(names: readonly string[], key: readonly string[]): string {
  const changed = names.filter((name) => !key.includes(name)).map((name) => `"${name}" = excluded."${name}"`)
  return `on conflict (${quoted(key)}) do ${changed.length ? `update set ${changed.join(', ')}` : 'nothing'}`
}
