import type { Task, TaskRow, TaskTable } from './task.js'

/**
 * Inserts a task through a query function of the caller's, which belongs to the transaction of the change the task
 * is about: they are committed together or not at all.
 * @param insert for example `(table, row) => trx(table).insert(row)` with a knex transaction
 * @returns what `insert` gives; whatever it throws is thrown
 */
export async function insertTask<T>(
  { table, row }: Task,
  insert: (table: TaskTable, row: TaskRow) => T,
): Promise<Awaited<T>> {
  return await insert(table, row)
}

/** The table's name in the embedded database of development, which has no schemas: `ExtSchema_Task`. */
export const flatTable = (table: TaskTable): string => table.replace('.', '_')
