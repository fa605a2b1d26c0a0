export { actualColumns, actualColumnsOf, unknownAmong } from './schema/actual-columns.js'
export { DatabaseConnection } from './connection.js'
export {
  archiveDatabaseSettings,
  archiveSettingsGroup,
  databaseSettings,
  databaseSettingsGroup,
  type DatabaseSettings,
} from './database.settings.js'
export { mssqlSettingsGroup } from './mssql/mssql.settings.js'
export type { ActualColumn, ActualIndex, SqlDialect } from './dialect.js'
export { LazyTransaction, type Wire } from './mssql/lazy-transaction.js'
export { mssqlDialect } from './mssql/mssql.dialect.js'
export { CommitUncertain, SqlServerError } from './mssql/sql-server-errors.js'
export { BitsPlugin } from './sqlite/bits.plugin.js'
export { FlatNamesCompiler } from './sqlite/flat-names.compiler.js'
export { OpenFiles } from './sqlite/open-files.js'
export { sqliteDialect } from './sqlite/sqlite.dialect.js'
export { seededPrisons } from './migrations/seeded-prisons.js'
export { createOwnerIndexes, indexCreation } from './migrations/create-owner-indexes.js'
export {
  archiveMigrationsFor,
  isMigrated,
  migrate,
  migrateArchive,
  migrationsFor,
  migratorOf,
  type MigrationOptions,
} from './migrations/index.js'
export * from './money.js'
export {
  archiveIndexes,
  missingIndexes,
  ownerIndexes,
  type IndexUser,
  type OwnerIndex,
} from './schema/owner-indexes.js'
export { all, firstOf, question, type Question, type Answers, type Known } from './question.js'
export {
  isList,
  mustFind,
  orElse,
  type ListedQuery,
  type ListResult,
  type StatementList,
  telling,
  withLast,
  either,
} from './statement-list.js'
export {
  columnsOf,
  fit,
  tables,
  type Database,
  type NewRow,
  type Row,
  type TableName,
} from './schema/tables.js'
export { withinSpan } from './within-span.js'
