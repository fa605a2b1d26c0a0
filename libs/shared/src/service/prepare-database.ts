import { setTimeout as delay } from 'node:timers/promises'
import { isMigrated, migrate, type DatabaseConnection } from '../database/index.js'
import type { Log } from '../logging/index.js'

const retryMs = 1_000

/**
 * Waits until the database is there and up to date. The embedded one is brought up to date here; in SQL Server
 * that is its owner's to do (`npm run db:migrate`).
 */
export async function prepareDatabase(connection: DatabaseConnection, log: Log): Promise<void> {
  const isOurs = connection.dialect.name === 'sqlite'
  for (;;) {
    try {
      if (await isMigrated(connection, { withWebApps: isOurs })) return
      if (isOurs) {
        await migrate(connection, { withWebApps: true })
        return
      }
      log.warn('waiting for the database to be migrated: npm run db:migrate')
    } catch (error) {
      log.error('the database is not there yet', error)
    }
    await delay(retryMs)
  }
}
