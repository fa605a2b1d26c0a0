import type { Transaction } from 'kysely'
import type { Database, DatabaseConnection } from '../database/index.js'
import { OperationFailed } from './operation-failed.js'

/**
 * In one transaction, as far as nobody takes a key that it is to have: rows that are not there yet hold nobody up.
 * @throws OperationFailed in these words where somebody else was faster
 */
export async function unlessTaken<T>(
  connection: DatabaseConnection,
  words: string,
  work: (db: Transaction<Database>) => Promise<T>,
): Promise<T> {
  try {
    return await connection.transaction(work)
  } catch (error) {
    if (connection.dialect.isDuplicateKey(error)) throw new OperationFailed(words)
    throw error
  }
}
