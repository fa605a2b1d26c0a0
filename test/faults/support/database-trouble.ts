import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { DatabaseConnection, databaseSettings, tables } from '#shared/database'
import type { TestDatabase } from '../../support/test-database.js'

/** Another program holds the write lock of the embedded database for so many milliseconds. */
export async function lockFor({ env }: TestDatabase, ms: number): Promise<void> {
  const other = DatabaseConnection.open(databaseSettings(env))
  try {
    await other.db.transaction().execute(() => delay(ms))
  } finally {
    await other.close()
  }
}

const refused = Object.keys(tables)
  .filter((table) => table.startsWith('AsyncSchema.') || table.startsWith('IntSchema.'))
  .map((table) => table.replace('.', '_'))
const changes = ['insert', 'update', 'delete'] as const

/** Every write to the project's tables and to the internal schema fails for so many milliseconds; reads go on. */
export async function refuseFor({ connection: { db } }: TestDatabase, ms: number): Promise<void> {
  const triggers = refused.flatMap((table) =>
    changes.map((change) => ({ table, change, name: `Refuse_${change}_${table}` })),
  )
  await db.transaction().execute(async (transaction) => {
    for (const { table, change, name } of triggers)
      await sql
        .raw(`create trigger ${name} before ${change} on ${table} begin select raise(abort, 'refused'); end`)
        .execute(transaction)
  })
  await delay(ms)
  await db.transaction().execute(async (transaction) => {
    for (const { name } of triggers) await sql.raw(`drop trigger ${name}`).execute(transaction)
  })
}
