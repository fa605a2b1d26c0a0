import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import type { Database } from '../schema/tables.js'

/** The total of a payment run no longer ends at twenty-one million pounds. SQLite's numbers are large enough already. */
export async function enlargeTotals(db: Kysely<Database>, { name }: SqlDialect): Promise<void> {
  if (name === 'sqlite') return
  const [table, column] = [sql.table('AsyncSchema.PaymentRun'), sql.ref('TotalPence')]
  await sql`alter table ${table} alter column ${column} bigint not null`.execute(db)
}
