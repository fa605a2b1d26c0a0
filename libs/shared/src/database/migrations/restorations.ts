import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import type { Database } from '../schema/tables.js'
import { addLater } from './add-later.js'
import { createTables } from './create-tables.js'

/** What a restored database does not remember is looked for outside, or left to people. */
export async function createRestorations(db: Kysely<Database>, dialect: SqlDialect): Promise<void> {
  await createTables(db, dialect, ['AsyncSchema.Restoration'])
  await addLater(db, dialect, 'AsyncSchema.Inbox', 'DateFirstTried')
  // Since when the rest has been tried nobody has written down: not after the last try, at least.
  const [inbox, first, last, state] = [
    sql.table('AsyncSchema.Inbox'),
    ...['DateFirstTried', 'DateStarted', 'State'].map((column) => sql.ref(column)),
  ]
  await sql`update ${inbox} set ${first} = ${last} where ${state} in ('STARTED', 'RELEASED')`.execute(db)
}
