import { Migrator, sql, type Kysely, type Migration } from 'kysely'
import type { DatabaseConnection } from '../connection.js'
import type { SqlDialect } from '../dialect.js'
import type { Database, TableName } from '../schema/tables.js'
import { webAppTables } from '../schema/web-app-tables.js'
import { addLater } from './add-later.js'
import { createTables } from './create-tables.js'
import { createFlows } from './flows.js'
import { enlargeTotals } from './large-totals.js'
import { createNotifications } from './notifications.js'
import { createWaiting } from './not-before.js'
import { createOutboxIndexes } from './one-open-run.js'
import { createPaymentIndexes } from './payment-indexes.js'
import { createPrisons } from './prisons.js'
import { createProvisioning } from './provisioning.js'
import { createRefusedRuns } from './refused-runs.js'
import { createRelayIndexes } from './relay-indexes.js'
import { createRestorations } from './restorations.js'
import { createRetentionIndexes } from './retention-indexes.js'
import { createTargetAges } from './target-ages.js'
import { createWebhooks } from './webhooks.js'
import { OwnError } from '../../logging/index.js'

export interface MigrationOptions {
  /** Also the web apps' tables: for the embedded database, tests and a local SQL Server, never in production. */
  readonly withWebApps: boolean
}

/**
 * Brings a database up to date; doing it again does nothing, and several processes doing it at once wait for
 * each other.
 * @returns the names of the migrations that were applied now
 * @throws an error naming the migration, with what the database said as its cause
 */
export async function migrate(connection: DatabaseConnection, options: MigrationOptions): Promise<string[]> {
  return migrateToLatest(migrator(connection, options))
}

/** The same for an archive: the tables of `IntSchema`. In SQL Server its owner has them, and this is for tests. */
export async function migrateArchive(connection: DatabaseConnection): Promise<string[]> {
  return migrateToLatest(migratorOf(connection, archiveMigrationsFor(connection.dialect)))
}

/** The migrations of an archive, by their names. */
export function archiveMigrationsFor(dialect: SqlDialect): Record<string, Migration> {
  const names = tableNames(webAppTables).filter((name) => name.startsWith('IntSchema.'))
  return { '0000-archive': { up: (db: Kysely<Database>) => createTables(db, dialect, names) } }
}

async function migrateToLatest(migrator: Migrator): Promise<string[]> {
  const { error, results } = await migrator.migrateToLatest()
  if (error) {
    const failed = results?.find(({ status }) => status === 'Error')
    throw new OwnError(`migration failed: ${failed?.migrationName ?? 'could not start'}`, { cause: error })
  }
  return (results ?? []).map(({ migrationName }) => migrationName)
}

const applied = 'AsyncSchema.Migration'

/**
 * Whether every migration has been applied, by default those of the project's own schema. Asks two small questions: Kysely would read the
 * columns of all tables for it, and want their names in the very capitals they were given.
 */
export async function isMigrated(
  { db, dialect }: DatabaseConnection,
  options: MigrationOptions = { withWebApps: false },
): Promise<boolean> {
  if (!(await dialect.actualColumns([applied]).execute(db)).rows.length) return false
  const { rows } = await sql<{ name: string }>`select ${sql.ref('name')} from ${sql.table(applied)}`.execute(
    db,
  )
  const names = new Set(rows.map(({ name }) => name))
  return Object.keys(migrationsFor(dialect, options)).every((name) => names.has(name))
}

const migrator = (connection: DatabaseConnection, options: MigrationOptions): Migrator =>
  migratorOf(connection, migrationsFor(connection.dialect, options))

/** The migrations by their names, in their order. */
export function migrationsFor(
  dialect: SqlDialect,
  { withWebApps }: MigrationOptions,
): Record<string, Migration> {
  const migration = (up: (db: Kysely<Database>) => Promise<void>): Migration => ({
    up,
  })
  const webApps = { '0000-web-apps': migration((db) => createTables(db, dialect, tableNames(webAppTables))) }
  const own = {
    '0001-async-schema': migration(async (db) => {
      await createTables(db, dialect, ['AsyncSchema.Inbox', 'AsyncSchema.Outbox', 'AsyncSchema.ScheduleRun'])
      await createRelayIndexes(db, dialect)
    }),
    '0002-job-runs': migration((db) =>
      createTables(db, dialect, ['AsyncSchema.JobRun', 'AsyncSchema.FileToDelete']),
    ),
    '0003-payments': migration(async (db) => {
      await createTables(db, dialect, ['AsyncSchema.PaymentRun', 'AsyncSchema.Payment'])
      await createPaymentIndexes(db)
    }),
    '0004-retention': migration(createRetentionIndexes),
    '0005-large-totals': migration((db) => enlargeTotals(db, dialect)),
    '0006-restorations': migration((db) => createRestorations(db, dialect)),
    '0007-rows-left': migration((db) => createTables(db, dialect, ['AsyncSchema.JobRowLeft'])),
    '0008-one-open-run': migration(createOutboxIndexes),
    '0009-operator-actions': migration((db) => createTables(db, dialect, ['AsyncSchema.OperatorAction'])),
    '0010-closed-tasks': migration((db) =>
      createTables(db, dialect, ['AsyncSchema.TaskClosed', 'AsyncSchema.Readdressed']),
    ),
    '0011-not-before': migration((db) => createWaiting(db, dialect)),
    '0012-schedules': migration((db) => createTables(db, dialect, ['AsyncSchema.Schedule'])),
    '0013-flows': migration((db) => createFlows(db, dialect)),
    '0014-prisons': migration((db) => createPrisons(db, dialect)),
    '0015-notifications': migration((db) => createNotifications(db, dialect)),
    '0016-webhooks': migration((db) => createWebhooks(db, dialect)),
    '0017-provisioning': migration((db) => createProvisioning(db, dialect)),
    '0018-refused-runs': migration(createRefusedRuns),
    '0019-webhook-tries': migration((db) =>
      addLater(db, dialect, 'AsyncSchema.WebhookDelivery', 'DateFirstTried'),
    ),
    '0020-attempt-leases': migration((db) => addLater(db, dialect, 'AsyncSchema.Inbox', 'DateBusyUntil')),
    '0021-target-ages': migration((db) => createTargetAges(db, dialect)),
    '0022-closed-failures': migration((db) => addLater(db, dialect, 'AsyncSchema.TaskClosed', 'DateFailed')),
  }
  return { ...(withWebApps ? webApps : {}), ...own }
}

/** Kysely's own, with its tables in `AsyncSchema`. */
export const migratorOf = (
  { db, dialect }: Pick<DatabaseConnection, 'db' | 'dialect'>,
  migrations: Record<string, Migration>,
) =>
  new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    ...migrationTables(dialect),
  })

function migrationTables({ name }: SqlDialect) {
  return name === 'sqlite'
    ? { migrationTableName: 'AsyncSchema_Migration', migrationLockTableName: 'AsyncSchema_MigrationLock' }
    : {
        migrationTableSchema: 'AsyncSchema',
        migrationTableName: 'Migration',
        migrationLockTableName: 'MigrationLock',
      }
}

const tableNames = (tables: object): TableName[] => Object.keys(tables) as TableName[]
