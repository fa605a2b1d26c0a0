import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  archiveIndexes,
  createOwnerIndexes,
  DatabaseConnection,
  migrate,
  migrateArchive,
  missingIndexes,
  ownerIndexes,
  type OwnerIndex,
} from '#shared/database'
import { RecordingDatabase, statementSteps, type RecordedStatement } from '../tools/statements/index.js'
import { allowedScans, planned, scansOf, smallTables, type Scan } from './support/statement-plans.js'

type Which = RecordedStatement['database']
const wanted: Record<Which, readonly OwnerIndex[]> = { main: ownerIndexes, archive: archiveIndexes }
const both = ['main', 'archive'] as const

/** One with production's indexes. */
async function databaseOf(which: Which): Promise<DatabaseConnection> {
  const database = DatabaseConnection.open({ kind: 'sqlite', file: ':memory:' })
  if (which === 'main') await migrate(database, { withWebApps: true })
  else await migrateArchive(database)
  // A column that no code knows is asked for by a step.
  const strange = which === 'main' ? ['ExtSchema.Visitor', 'ExtSchema.ClaimDocument'] : ['IntSchema.Claim']
  for (const table of strange)
    await database.db.schema.alterTable(table).addColumn('Colour', 'text').execute()
  return database
}

/**
 * What the embedded database makes of every statement: with production's indexes and those of its owner, none looks
 * through a large table. SQL Server plans by itself, but finds nothing either where there is no index.
 */
describe('the plans of the statements', () => {
  const databases = {} as Record<Which, DatabaseConnection>
  const statements = {} as Record<Which, string[]>

  beforeAll(async () => {
    const all: RecordedStatement[] = []
    for (const step of Object.values(statementSteps)) {
      const database = new RecordingDatabase('sqlite')
      await step(database)
      all.push(...database.statements)
    }
    for (const which of both) {
      databases[which] = await databaseOf(which)
      statements[which] = planned(all.filter(({ database }) => database === which))
    }
  })
  afterAll(() => Promise.all(Object.values(databases).map((database) => database.close())))

  async function scans(which: Which, database = databases[which]): Promise<Scan[]> {
    const found = await Promise.all(statements[which].map((text) => scansOf(database, text)))
    return found.flat().filter(({ table }) => !smallTables.includes(table))
  }

  const notAllowed = (found: readonly Scan[]) =>
    found.filter((scan) => !allowedScans.some(({ of }) => of.test(scan.sql)))

  describe.each(both)('in the %s database', (which) => {
    it('have the indexes of the owner once these are made, and miss them before', async () => {
      // The relay's come with a migration.
      const missing = wanted[which].filter(({ status }) => status === undefined)
      expect(await missingIndexes(databases[which], wanted[which])).toEqual(missing)
      await createOwnerIndexes(databases[which], wanted[which])
      expect(await missingIndexes(databases[which], wanted[which])).toEqual([])
      // Twice is once.
      await createOwnerIndexes(databases[which], wanted[which])
    })

    it('look through no large table, but for what is allowed with its reason', async () => {
      expect(notAllowed(await scans(which))).toEqual([])
    })

    it.each(wanted[which])('need $name', async (index) => {
      const database = await databaseOf(which)
      await database.db.schema.dropIndex(index.name).ifExists().execute()
      await createOwnerIndexes(
        database,
        wanted[which].filter((other) => other !== index),
      )
      const tables = notAllowed(await scans(which, database)).map(({ table }) => table)
      await database.close()
      expect(new Set(tables)).toContain(index.table)
    })
  })

  it('are allowed nothing that none of them does', async () => {
    const found = [...(await scans('main')), ...(await scans('archive'))]
    expect(allowedScans.filter(({ of }) => !found.some((scan) => of.test(scan.sql)))).toEqual([])
  })
})
