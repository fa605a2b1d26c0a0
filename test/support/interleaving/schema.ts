import type Libsql from 'libsql'

interface ColumnInfo {
  readonly name: string
  /** Its place in the primary key, from 1; nought: it is not in it. */
  readonly pk: number
}

/** The tables of a database file. */
export class Schema {
  constructor(
    private readonly columns: ReadonlyMap<string, readonly ColumnInfo[]> = new Map(),
    /** The tables whose rows the database numbers, each number once. */
    readonly numbered: readonly string[] = [],
    /** By table: those it refers to, and those that refer to it. */
    private readonly related: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
    private readonly ranks: ReadonlyMap<string, number> = new Map(),
  ) {}

  static read(database: Libsql.Database): Schema {
    const tables = database
      .prepare(`select name, sql from sqlite_master where type = 'table' and name like '%Schema%'`)
      .all() as { name: string; sql: string }[]
    const columns = tables.map(({ name }) => {
      const found = database.prepare(`select name, pk from pragma_table_info('${name}')`).all()
      return [name, found as ColumnInfo[]] as const
    })
    const numbered = tables.filter(({ sql }) => /autoincrement/i.test(sql)).map(({ name }) => name)
    const parents = new Map(
      tables.map(({ name }) => {
        const found = database
          .prepare(`select "table" as parent from pragma_foreign_key_list('${name}')`)
          .all() as { parent: string }[]
        return [name, found.map(({ parent }) => parent)]
      }),
    )
    const related = new Map(tables.map(({ name }) => [name, new Set(parents.get(name))]))
    for (const [name, above] of parents) for (const parent of above) related.get(parent)?.add(name)
    return new Schema(new Map(columns), numbered, related, ranksBy(parents))
  }

  /** Higher than that of each table it refers to. */
  rankOf(table: string): number {
    return this.ranks.get(table) ?? 0
  }

  isNumbered(table: string): boolean {
    return this.numbered.includes(table)
  }

  relatedTo(table: string): ReadonlySet<string> {
    return this.related.get(table) ?? new Set()
  }

  get tables(): readonly string[] {
    return [...this.columns.keys()]
  }

  /** The columns of a table's key, in its order. */
  keyOf(table: string): readonly string[] {
    const key = (this.columns.get(table) ?? []).filter(({ pk }) => pk > 0)
    return [...key].sort((one, other) => one.pk - other.pk).map(({ name }) => name)
  }

  /** The statements after which every change of a row is written down, as it was and as it is. */
  recorders(): readonly string[] {
    const list = `create temp table changes (n integer primary key, "table" text, before text, after text)`
    return [list, ...[...this.columns].flatMap(([table, columns]) => recordersOf(table, columns))]
  }
}

/** @throws if tables refer to one another in a circle: no order of their rows is right then */
function ranksBy(parents: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, number> {
  const rankOf = (table: string, below: readonly string[] = []): number => {
    if (below.includes(table)) throw new Error(`${table} refers to itself, by ${below.join(', ')}`)
    const above = (parents.get(table) ?? []).map((parent) => rankOf(parent, [...below, table]))
    return Math.max(-1, ...above) + 1
  }
  return new Map([...parents.keys()].map((table) => [table, rankOf(table)]))
}

function recordersOf(table: string, columns: readonly ColumnInfo[]): readonly string[] {
  const row = (which: 'old' | 'new') =>
    `json_object(${columns.map(({ name }) => `'${name}', ${which}."${name}"`).join(', ')})`
  return (
    [
      ['insert', 'null', row('new')],
      ['update', row('old'), row('new')],
      ['delete', row('old'), 'null'],
    ] as const
  ).map(
    ([event, before, after]) =>
      `create temp trigger "${event}_${table}" after ${event} on main."${table}" begin
        insert into changes ("table", before, after) values ('${table}', ${before}, ${after}); end`,
  )
}
