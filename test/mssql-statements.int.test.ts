import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { knownDifferences, plainFromMssql, plainFromSqlite } from './support/dialect-differences.js'
import { StatementCoverage } from './support/statement-coverage.js'
import { syntaxErrorIn } from './support/transact-sql.js'

// Before the sources are loaded: what was compiled before is not counted.
const coverage = new StatementCoverage()
const { recorded, statementSteps } = await import('../tools/statements/index.js')

/** SQL Server takes 2,100, and the procedure that runs a statement has two of its own. */
const mostParameters = 2_098

/** Asked of the catalogue, or done to it, as a database is made. */
const isOfMigrations = /sqlite_master|pragma_|AsyncSchema_Migration|^(?:create|alter) /

/**
 * The steps that change something outside a transaction. Such a statement is run again after a passing failure, also
 * when nobody knows whether it was done: why a second run of it does no harm.
 */
const mayRunTwice: Readonly<Record<string, string>> = {
  'flows: a step that waits for approval': 'its state says that it is running: the second time it waits',
  'flows: look':
    'each is about what is in another state: what was released and not heard of is published as quiet',
  'flows: note': 'the same is said again',
  'inbox: release': 'an attempt that was given back is not given back again',
  'inbox: start': 'the second finds the message taken, and leaves it until the lease ends',
  'inbox: start again': 'the same: it is taken by when the attempt before began',
  'job run: begin for the first time': 'the key is there, and the run goes on from it',
  'notifications: look up': 'each is about what is open: what has ended, or is asked about later, stays so',
  'notifications: sent anew before': 'the second time nothing follows already',
  'notifications: run again since': 'it is asked about later, and that is all',
  'operations: an action':
    'its key is there: it counts as begun before; and the first word of its end counts',
  'ops: readdress': 'what is written down already is left at that',
  'ops: restored': 'the first word counts',
  'ops: tasks': 'a row that waits is not set to waiting; the count is then of the others',
  'pay-claims: begin': 'a run that is not stopped is not tried again',
  'pay-claims: begin for the first time': 'the key is there, and the run goes on from it',
  'pay-claims: try a stopped run again': 'a run that is not stopped is not tried again',
  'raise-ticket: first attempt': 'only the first is written down; what is not there is not deleted',
  'relay: fail': 'a row that does not wait any more is left alone',
  'relay: mark': 'the same is written into the same rows, unless they have ended',
  'relay: quiet': 'the same is written into the same rows, unless they have ended',
  'send-notification: hold text messages': 'what waits already waits until the same midnight',
  'send-webhook: take the endpoint':
    'the second finds it taken, and leaves it until the lease ends; what was given back is not given back again; and the same is said of its tries',
  'relay: release what is due':
    'what does not wait any more is left alone: it is owed, and found by the search for what went quiet',
  'tell-target: before it is told': 'the same is written down again',
  'tell-target: what it says': 'the same is written down again',
  'tell-target: it refuses': 'the second finds that this message owes it no more, and is another try',
  'tell-target: it refused, and is asked once more': 'that this message owes it is said again',
  'targets: one that another message asks': 'that this message asks it is said again',
  'targets: one that failed': 'one failure too many is counted: it is held a request earlier',
  'schedule: fire':
    'the key is there: the job counts as fired elsewhere, and was published before; what is forgotten is gone',
  'schedule: when jobs are due':
    'the key is there; the same is said again; a start that was taken counts as taken by another, and comes with the next one',
}

const writesOutside = (statements: Awaited<ReturnType<typeof recorded>>): boolean => {
  const inTransaction = { main: false, archive: false }
  return statements.some(({ database, sql }) => {
    if (sql === 'begin transaction') inTransaction[database] = true
    if (['commit', 'rollback'].includes(sql)) inTransaction[database] = false
    return !inTransaction[database] && /^(?:insert|update|delete)/.test(sql)
  })
}

/** The statement whatever the number of its values, of its rows, and of the columns it sets. */
const shapeOf = (sql: string): string =>
  sql
    .replace(/\?(?:, \?)+/g, '?')
    .replace(/\(\?\)(?:, \(\?\))+/g, '(?)')
    .replace(/(?: when \? then \?)+/g, ' when ? then ?')
    .replace(/(?<= set )"\w+" = \?(?:, "\w+" = \?)*(?= where )/, (set) => set.split(', ').sort().join(', '))
    .replace(/(?<=^insert into "\w+" \().*?(?=\) values)/, '…')

/** Of all steps. */
const listed = async (dialect: 'mssql' | 'sqlite') =>
  (await Promise.all(Object.values(statementSteps).map((step) => recorded(dialect, step)))).flat()

/**
 * What is sent to SQL Server, step by step, approved as snapshots: a change of a statement is seen in review. The same
 * steps are compiled for the embedded database, and nothing but the known differences of the dialects is between them:
 * what the integration tests show of the one holds for the other.
 */
describe('the statements for SQL Server', () => {
  afterAll(() => coverage.stop())

  it.each(Object.entries(statementSteps))('%s', async (_, step) => {
    const statements = await recorded('mssql', step)
    expect(statements.length).toBeGreaterThan(0)
    for (const { sql, parameters } of statements) {
      expect(sql).not.toMatch(/\b(limit|returning|on conflict|collate|autoincrement)\b|[A-Z]\w+Schema_/)
      expect(parameters.length).toBeLessThanOrEqual(mostParameters)
    }
    expect(statements.map(({ sql }) => sql)).toMatchSnapshot()
    expect(plainFromMssql(statements)).toEqual(plainFromSqlite(await recorded('sqlite', step)))
  })

  it('are T-SQL to a parser of it', async () => {
    const texts = new Set((await listed('mssql')).map(({ sql }) => sql))
    expect([...texts].map(syntaxErrorIn).filter((error) => error !== undefined)).toEqual([])
    // It does not take everything: the other dialect, and what is cut off.
    for (const text of [
      'insert into "IntSchema"."Task" ("Task") values (@1) returning "TaskId"',
      'select "TaskId" from "IntSchema"."Task" where "Task" = ?',
      'delete from "IntSchema"."Task" where "TaskId" in (@1',
    ])
      expect(syntaxErrorIn(text)).toContain(text)
  })

  it('go to the server in a handful of round trips', async () => {
    const trips = async (...names: readonly string[]) => {
      const all = await Promise.all(
        names.map((name) =>
          recorded('mssql', statementSteps[name] ?? (() => Promise.reject(new Error(name)))),
        ),
      )
      return all.flat().length
    }
    // Nothing is asked in between: one text, from the beginning of the transaction to its commit.
    expect(await trips('complete-claim: move')).toBe(1)
    expect(await trips('approve-claim: approve')).toBe(1)
    expect(await trips('check-benefit: ask for evidence')).toBe(2)
    // Two of each read the claim before.
    expect(await trips('archive-claim: copy a claim that is not there')).toBe(7)
    expect(await trips('archive-claim: delete with its eligibility')).toBe(9)
  })

  it('change outside a transaction only what may be changed twice', async () => {
    const writing = Object.entries(statementSteps).map(async ([name, step]) =>
      writesOutside(await recorded('mssql', step)) ? [name] : [],
    )
    expect((await Promise.all(writing)).flat().sort()).toEqual(Object.keys(mayRunTwice).sort())
  })

  // Only where a run of the integration tests was recorded: see `record-statements.ts`.
  const recording = process.env.RECORD_STATEMENTS
  const itRecorded = recording === undefined ? it.skip : it
  itRecorded('are all that the sources sent in the integration tests', async () => {
    const shapes = new Set((await listed('sqlite')).map(({ sql }) => shapeOf(sql)))
    const sent = readFileSync(recording ?? '', 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string)
      // The tests of the connection to SQL Server are no others.
      .filter((sql) => !/@\d/.test(sql))
      .map(shapeOf)
    expect([...new Set(sent)].filter((shape) => !shapes.has(shape) && !isOfMigrations.test(shape))).toEqual(
      [],
    )
  })

  it('differ from those for the embedded database in this, and nothing else', () => {
    expect(knownDifferences).toMatchInlineSnapshot(`
     [
       "tables are in schemas",
       "parameters are numbered",
       "the first rows are asked for at the beginning",
       "new rows are given back before their values",
       "tables have lock hints",
       "the next negative id is found by a case",
       "the catalogue has views of the indexes",
       "the number of the row before is kept in a variable",
       "texts are joined by a function",
       "the time is asked of a function in milliseconds",
       "the catalogue has a view of the columns",
       "the first rows are asked for at the end, by a parameter",
       "new rows are given back after their values",
       "a column holds anything: what its type does not say is not read",
       "the next negative id is found by the smaller of two",
       "the number of the row before is asked of the connection",
       "texts are joined by signs",
       "the time is made a text from seconds",
       "the catalogue is asked table by table",
       "statements go together in one round trip",
       "what nobody waits for goes with what is sent next, and with it the beginning and the end of its transaction",
     ]
    `)
  })

  it('are all of them: the steps above pass every place in the sources that makes a statement', () => {
    expect(coverage.missed()).toEqual([])
  })
})
