import type { DatabaseConnection } from '#shared/database'

/** The database as somebody finds it whom another one overtakes before the first transaction. */
export function overtaken(connection: DatabaseConnection, deed: () => Promise<unknown>): DatabaseConnection {
  let isOvertaken = false
  const transaction: DatabaseConnection['transaction'] = async (work) => {
    if (!isOvertaken) {
      isOvertaken = true
      await deed()
    }
    return connection.transaction(work)
  }
  return Object.create(connection, { transaction: { value: transaction } }) as DatabaseConnection
}
