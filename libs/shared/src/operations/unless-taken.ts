import type { Transaction } from 'kysely'
import type { Database, DatabaseConnection } from '../database/index.js'
import type { OperationFailed } from './operation-failed.js'

/**
 * In one transaction, as far as nobody takes a key that it is to have: rows that are not there yet hold nobody up.
 * @throws this where somebody else was faster
 */
export async function unlessTaken<T>(
  connection: DatabaseConnection,
  taken: OperationFailed,
  work: (db: Transaction<Database>) => Promise<T>,
): Promise<T> {
  try {
    return await connection.transaction(work)
  } catch (error) {
    if (connection.dialect.isDuplicateKey(error)) throw taken
    throw error
  }
}
