import { sql } from 'kysely'
import type { DatabaseConnection } from '#shared/database'
import { serverTrigger } from './server-trigger.js'

/** Where the database fails a payment run, until it is mended. */
export const troubles = {
  'settling claims': {
    table: 'IntSchema.Claim',
    key: 'ClaimId',
    column: 'PaymentStatus',
    value: 'PROCESSED',
  },
  'settling top-ups': {
    ...{ table: 'IntSchema.TopUp', key: 'TopUpId', column: 'PaymentStatus', value: 'PROCESSED' },
  },
  'ending the job': { table: 'AsyncSchema.JobRun', key: 'Stage', column: 'State', value: 'DONE' },
} as const
export type Trouble = keyof typeof troubles

/**
 * Fails every change that sets the column to the value, until it is mended.
 * @param above rows with this key or a smaller one are left in peace
 */
export async function makeTrouble(
  { db, dialect }: DatabaseConnection,
  what: Trouble,
  above = -1,
): Promise<void> {
  const { table, key, column, value } = troubles[what]
  const statement =
    dialect.name === 'sqlite'
      ? sql.raw(`create trigger Trouble before update of ${column} on ${table.replace('.', '_')}
         when new.${column} = '${value}' and new.${key} > ${above} begin select raise(abort, 'trouble'); end`)
      : serverTrigger(`create trigger ${schemaOf(table)}.Trouble on ${table} after update as
         if exists (select * from inserted where ${column} = '${value}' and ${key} > ${above})
         throw 50000, 'trouble', 1`)
  await statement.execute(db)
}

export async function mendTrouble({ db, dialect }: DatabaseConnection, what: Trouble): Promise<void> {
  const schema = dialect.name === 'sqlite' ? '' : `${schemaOf(troubles[what].table)}.`
  await sql.raw(`drop trigger ${schema}Trouble`).execute(db)
}

const schemaOf = (table: string) => table.split('.')[0]
