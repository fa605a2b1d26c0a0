import type { DatabaseConnection, TableName } from '#shared/database'
import { allow, refuse, type RefusedChange } from './refused-changes.js'

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
} as const satisfies Record<
  string,
  { readonly table: TableName; readonly key: string; readonly column: string; readonly value: string }
>
export type Trouble = keyof typeof troubles

/**
 * Fails every change that sets the column to the value, until it is mended.
 * @param above rows with this key or a smaller one are left in peace
 */
export async function makeTrouble(
  connection: DatabaseConnection,
  what: Trouble,
  above?: number,
): Promise<void> {
  await refuse(connection, troubleOf(what, above))
}

export async function mendTrouble(connection: DatabaseConnection, what: Trouble): Promise<void> {
  await allow(connection, troubleOf(what))
}

function troubleOf(what: Trouble, above = -1): RefusedChange {
  const { table, key, column, value } = troubles[what]
  return {
    ...{ name: 'Trouble', change: 'update', table },
    when: (name) => `${name(column)} = '${value}' and ${name(key)} > ${above}`,
  }
}
