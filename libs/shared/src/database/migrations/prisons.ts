import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import type { Database } from '../schema/tables.js'
import { createTables } from './create-tables.js'
import { seededPrisons } from './seeded-prisons.js'

/** The prisons, with those that were in the code before; and the changes that an import takes in, one of a prison each. */
export async function createPrisons(db: Kysely<Database>, dialect: SqlDialect): Promise<void> {
  await createTables(db, dialect, ['AsyncSchema.Prison', 'AsyncSchema.PrisonChange'])
  await db.schema
    .createIndex('IX_AsyncSchema_PrisonChange_Name')
    .on('AsyncSchema.PrisonChange')
    .columns(['FlowId', 'Name'])
    .unique()
    .execute()
  // A script has no parameters.
  const rows = seededPrisons.map(([name, displayName, region, postcode]) => ({
    ...{ Name: sql.lit(name), DisplayName: sql.lit(displayName) },
    ...{ Region: sql.lit(region), Postcode: sql.lit(postcode) },
  }))
  await db.insertInto('AsyncSchema.Prison').values(rows).execute()
}
