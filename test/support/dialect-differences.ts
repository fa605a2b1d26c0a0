import type { RecordedStatement } from '../../tools/statements/index.js'
import { statementsIn } from '../../tools/statements/statements-in.js'

type Statement = Pick<RecordedStatement, 'sql' | 'parameters'>

/** One statement, apart from its dialect. `notes` are what both say, each in a place of its own. */
interface Plain {
  readonly sql: string
  readonly parameters: readonly unknown[]
  readonly notes: readonly string[]
}

type Rule = (statement: Plain) => Plain

/**
 * Everything in which a statement for SQL Server may differ from the same for the embedded database. What none of these
 * explains is a mistake in one of them.
 */
const fromMssql: Readonly<Record<string, Rule>> = {
  'tables are in schemas': (it) => ({ ...it, sql: it.sql.replace(/"(\w+Schema)"\."(\w+)"/g, '"$1_$2"') }),
  'parameters are numbered': (it) => ({ ...it, sql: it.sql.replace(/@\d+/g, '?') }),
  'the first rows are asked for at the beginning': (it) =>
    noting(it, / top\((\d+)\)/g, ([, count]) => `first ${count}`),
  'new rows are given back before their values': (it) =>
    noting(
      it,
      / output ("inserted"\."(\w+)" as "\2"(?:, "inserted"\."(\w+)" as "\3")*)/g,
      ([, columns = '']) => `returning ${columns.replace(/"inserted"\."\w+" as /g, '')}`,
    ),
  'tables have lock hints': (it) => ({ ...it, sql: it.sql.replace(/ with \(\w+(?:, \w+)*\)/g, '') }),
  'the next negative id is found by a case': (it) => ({
    ...it,
    sql: it.sql.replace(
      /\(select case when min\((".*?")\) < 0 then min\(\1\) - 1 else -1 end from (".*?")\)/g,
      '(next negative $1 of $2)',
    ),
  }),
  'the catalogue has views of the indexes': (it) => ({
    ...it,
    sql: it.sql.replace(
      /^select object_schema_name.* from sys\.indexes as i .* in \((.*)\)$/,
      (_, names: string) => `(indexes of ${names})`,
    ),
  }),
  'the number of the row before is kept in a variable': (it) => ({
    ...it,
    sql: it.sql.replace(/@last\d+\b/g, '(last id)'),
  }),
  'texts are joined by a function': (it) => ({
    ...it,
    sql: it.sql.replace(/\bconcat\((.*?, \(last id\), .*?)\)/g, '(joined $1)'),
  }),
  'the time is asked of a function in milliseconds': (it) => ({
    ...it,
    sql: it.sql.replace(
      /dateadd\(millisecond, (@?\?|@\d+), cast\(sysutcdatetime\(\) as datetime2\(3\)\)\)/g,
      '(in ? ms)',
    ),
  }),
  'the catalogue has a view of the columns': (it) => ({
    ...it,
    sql: it.sql.replace(
      /^select table_schema .* from information_schema\.columns where .* in \((.*)\)$/,
      (_, names: string) => `(columns of ${names})`,
    ),
  }),
}

const fromSqlite: Readonly<Record<string, Rule>> = {
  'the first rows are asked for at the end, by a parameter': (it) => {
    const [before = '', ...rest] = it.sql.split(' limit ?')
    let sql = before
    const parameters = [...it.parameters]
    const notes = rest.map((part) => {
      const [count] = parameters.splice(sql.split('?').length - 1, 1)
      sql += part
      return `first ${String(count)}`
    })
    return { sql, parameters, notes: [...it.notes, ...notes] }
  },
  'new rows are given back after their values': (it) =>
    noting(it, / returning ("\w+"(?:, "\w+")*)$/g, ([, columns]) => `returning ${columns}`),
  'a column holds anything: what its type does not say is not read': (it) => ({
    ...it,
    sql: it.sql
      .replace(/case when typeof\(("[^)]*?")\) = '(?:text|integer)'(?: and .*?)? then \1 end/g, '$1')
      .replace(/\(("\w+") > 9007199254740991 or \1 < -9007199254740991\)/g, '1 = 0'),
  }),
  'the next negative id is found by the smaller of two': (it) => ({
    ...it,
    sql: it.sql.replace(
      /\(select min\(0, coalesce\(min\((".*?")\), 0\)\) - 1 from (".*?")\)/g,
      '(next negative $1 of $2)',
    ),
  }),
  'the number of the row before is asked of the connection': (it) => ({
    ...it,
    sql: it.sql.replace(/\blast_insert_rowid\(\)/g, '(last id)'),
  }),
  'texts are joined by signs': (it) => ({
    ...it,
    sql: it.sql.replace(/\((\?) \|\| (\(last id\)) \|\| (\?)\)/g, '(joined $1, $2, $3)'),
  }),
  'the time is made a text from seconds': (it) => ({
    ...it,
    sql: it.sql.replace(
      /strftime\('%Y-%m-%d %H:%M:%f', 'now', \(\? \/ 1000\.0\) \|\| ' seconds'\)/g,
      '(in ? ms)',
    ),
  }),
  'the catalogue is asked table by table': (it) => ({
    ...it,
    sql: it.sql
      .replace(
        /^select replace\(m\.name.* pragma_index_list\(m\.name\) .* in \((.*)\)$/,
        (_, names: string) => `(indexes of ${names.replaceAll('Schema_', 'Schema.')})`,
      )
      .replace(
        /^select replace\(m\.name.* from sqlite_master as m, .* in \((.*)\)$/,
        (_, names: string) => `(columns of ${names.replaceAll('Schema_', 'Schema.')})`,
      ),
  }),
}

function noting(it: Plain, pattern: RegExp, note: (match: RegExpMatchArray) => string): Plain {
  const notes = [...it.sql.matchAll(pattern)].map(note)
  return { ...it, sql: it.sql.replace(pattern, ''), notes: [...it.notes, ...notes] }
}

const applied = (rules: Readonly<Record<string, Rule>>, { sql, parameters }: Statement): Plain => {
  const plain = Object.values(rules).reduce<Plain>((it, rule) => rule(it), { sql, parameters, notes: [] })
  return { ...plain, notes: [...plain.notes].sort() }
}

/** What is left of the statements for SQL Server; those that go there together are taken apart. */
export const plainFromMssql = (statements: readonly Statement[]): Plain[] =>
  statements.flatMap(takenApart).map((statement) => applied(fromMssql, statement))

/** What is left of the statements for the embedded database. */
export const plainFromSqlite = (statements: readonly Statement[]): Plain[] =>
  statements.map((statement) => applied(fromSqlite, statement))

function takenApart({ sql, parameters }: Statement): Statement[] {
  let used = 0
  return statementsIn(sql).map((part) => {
    const count = part.match(/@\d+/g)?.length ?? 0
    const own = parameters.slice(used, used + count)
    used += count
    return { sql: part, parameters: own }
  })
}

/** The names of the differences, for whoever reads the test. */
export const knownDifferences: readonly string[] = [
  ...Object.keys(fromMssql),
  ...Object.keys(fromSqlite),
  'statements go together in one round trip',
  'what nobody waits for goes with what is sent next, and with it the beginning and the end of its transaction',
]
