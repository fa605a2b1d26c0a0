import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import type { DatabaseConnection, TableName } from '#shared/database'
import { archivableId, archivableRows, archiveTask, eligibilityRows } from './support/cases/archive.cases.js'
import { runAgain, runsOf, submit, type TaskSchema } from './support/claim-cases.js'
import { firstTimeClaim, rowId } from './support/claim-rows.js'
import { onServer } from './support/on-server.js'
import { edit, merge } from './support/row-sets.js'
import { readArchive, readRows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

// Written for the embedded database only: the web apps' tables are altered here as they alter them.
const describeOnSqlite = describe.skipIf(onServer)

const add = ({ db }: DatabaseConnection, table: TableName, column: string) =>
  sql`alter table ${sql.table(table)} add column ${sql.id(column)} text`.execute(db)
const fill = ({ db }: DatabaseConnection, table: TableName, column: string, value: string | null) =>
  sql`update ${sql.table(table)} set ${sql.id(column)} = ${sql.lit(value)}`.execute(db)

const lastRun = async (system: System, schema: TaskSchema, id: number) =>
  (await runsOf(system, schema, id)).at(-1)
const lines = (system: System, message: string) =>
  system.logLines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === message)

describeOnSqlite('a column that a web app has added to the external schema', () => {
  let system: System
  beforeAll(async () => {
    system = await System.start({ clock: '2024-03-13 11:30:00', services: ['task-relay', 'claim-completer'] })
  }, 180_000)
  afterAll(() => system.stop())

  const runs = (n: number) => runsOf(system, 'ExtSchema', rowId.task(n))
  const external = async () =>
    Object.fromEntries(
      Object.entries(await readRows(system.connection)).filter(
        ([table]) => table.startsWith('ExtSchema.') && table !== 'ExtSchema.Task',
      ),
    )
  const [claimRows, taskRows] = [
    (n: number) => edit(firstTimeClaim(n), { 'ExtSchema.Task': () => [] }),
    (n: number) => ({ 'ExtSchema.Task': firstTimeClaim(n)['ExtSchema.Task'] ?? [] }),
  ]

  it.each<[number, TableName]>([
    [1, 'ExtSchema.Claim'],
    [2, 'ExtSchema.Visitor'],
    [3, 'ExtSchema.ClaimExpense'],
    [4, 'ExtSchema.EligibilityVisitorUpdateContactDetail'],
  ])('keeps a claim with a value in it where it is (claim %i, %s)', async (n, table) => {
    await submit(system, claimRows(n))
    if (table.endsWith('ContactDetail')) await submit(system, { [table]: [contact(n)] })
    await add(system.connection, table, `Colour${n}`)
    await fill(system.connection, table, `Colour${n}`, 'red')
    const before = await external()
    await submit(system, taskRows(n))
    await until('the task has failed', async () => (await runs(n)).at(-1)?.State === 'FAILED')
    expect((await runs(n)).at(-1)?.LastReason).toBe('unknown-column')
    expect(await external()).toEqual(before)
    const said = lines(system, 'claim has a value in a column that is not known').at(-1)
    expect(said).toMatchObject({ table, column: `Colour${n}` })
    // Somebody looks at it, and the value is not needed: the same task goes through.
    await fill(system.connection, table, `Colour${n}`, null)
    await runAgain(system, 'ExtSchema', rowId.task(n))
    await until('the task is done', async () => (await runs(n)).at(-1)?.State === 'DONE')
    expect(await external()).toEqual({})
  })

  it('is named in the log as a service starts', async () => {
    await system.stopService('claim-completer')
    await system.startService('claim-completer')
    await until('the columns are named', () => lines(system, 'column not known').length >= 4)
    expect(lines(system, 'column not known')).toContainEqual(
      expect.objectContaining({ table: 'ExtSchema.Claim', column: 'Colour1' }),
    )
  })
})

describeOnSqlite('a column of a claim that goes to the archive', () => {
  let system: System
  beforeAll(async () => {
    system = await System.start({ clock: '2024-03-13 11:30:00', services: ['task-relay', 'daily-tasks'] })
  }, 180_000)
  afterAll(() => system.stop())
  let task = 100
  let n = 0

  async function given(): Promise<void> {
    n += 1
    await submit(system, merge(eligibilityRows(n), archivableRows(n)))
  }
  async function archive() {
    await submit(system, { 'IntSchema.Task': [archiveTask(archivableId(n), (task += 1))] })
    await system.settled()
    return lastRun(system, 'IntSchema', task)
  }
  const claims = async () => [
    (await readRows(system.connection, ['IntSchema.Claim']))['IntSchema.Claim']?.length ?? 0,
    (await readArchive(system.database.archive))['Archive.IntSchema.Claim']?.length ?? 0,
  ]
  afterEach(async () => {
    const { db } = system.connection
    await db.deleteFrom('IntSchema.Task').execute()
  })

  it('that the archive lacks keeps the claim where it is, if it has a value', async () => {
    await given()
    await add(system.connection, 'IntSchema.ClaimExpense', 'Colour')
    await fill(system.connection, 'IntSchema.ClaimExpense', 'Colour', 'red')
    expect(await archive()).toEqual({ State: 'FAILED', LastReason: 'unknown-column' })
    expect(await claims()).toEqual([1, 0])
    expect(lines(system, 'the archive lacks a column of a claim').at(-1)).toMatchObject({
      table: 'IntSchema.ClaimExpense',
      column: 'Colour',
    })
    await fill(system.connection, 'IntSchema.ClaimExpense', 'Colour', null)
    expect(await archive()).toMatchObject({ State: 'DONE' })
    expect(await claims()).toEqual([0, 1])
  })

  it('that the archive lacks is named in the log as the service starts', async () => {
    await system.stopService('daily-tasks')
    await system.startService('daily-tasks')
    const named = () => lines(system, 'the archive lacks a column')
    await until('the column is named', () => named().length > 0)
    expect(named()).toMatchObject([{ table: 'IntSchema.ClaimExpense', column: 'Colour' }])
  })

  it('that the archive has, too, goes with it', async () => {
    await given()
    await add(system.database.archive, 'IntSchema.ClaimExpense', 'Colour')
    await fill(system.connection, 'IntSchema.ClaimExpense', 'Colour', 'blue')
    expect(await archive()).toMatchObject({ State: 'DONE' })
    expect(await claims()).toEqual([0, 2])
    const { 'Archive.IntSchema.ClaimExpense': expenses } = await readArchive(system.database.archive)
    expect(expenses?.filter(({ Colour }) => Colour === 'blue')).toHaveLength(2)
  })

  it('that the code knows and the archive lacks is named, too', async () => {
    await given()
    await sql`alter table ${sql.table('IntSchema.Claim')} drop column ${sql.id('PaymentAmount')}`.execute(
      system.database.archive.db,
    )
    expect(await archive()).toEqual({ State: 'FAILED', LastReason: 'unknown-column' })
    expect(lines(system, 'the archive lacks a column of a claim').at(-1)).toMatchObject({
      table: 'IntSchema.Claim',
      column: 'PaymentAmount',
    })
  })
})

function contact(n: number) {
  const { Reference, EligibilityId } = firstTimeClaim(n)['ExtSchema.Claim']?.[0] ?? {}
  return {
    ...{ EligibilityVisitorUpdateContactDetailId: 90 + n, Reference, EligibilityId },
    ...{ EmailAddress: 'someone@example.com', DateSubmitted: '2024-03-12 10:00:00' },
  }
}
