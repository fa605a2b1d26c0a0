import {
  archiveIndexes,
  archiveMigrationsFor,
  indexCreation,
  migrationsFor,
  migratorOf,
  mssqlDialect,
  ownerIndexes,
  type OwnerIndex,
} from '#shared/database'
import { rightsOfRoles, type Rights } from '../statements/index.js'
import { grants, roles, type Role } from './grants.js'
import { recordedDdl } from './recorded-ddl.js'

/** What a script is about, and what it says. */
interface Script {
  readonly about: readonly string[]
  readonly batch: string
}

/** Every script by the name of its file. */
export async function sqlScripts(): Promise<ReadonlyMap<string, string>> {
  const scripts = new Map<string, Script>()
  let previous: string | undefined
  for (const [name, migration] of Object.entries(migrationsFor(mssqlDialect, { withWebApps: false }))) {
    const statements = await recordedDdl((db) => migration.up(db))
    const own = statements.filter((statement) => !isTaskIndex(statement))
    scripts.set(`${name}.sql`, await migrationScript(name, own, previous))
    previous = name
  }
  const rights = await rightsOfRoles()
  scripts.set('web-app-indexes.sql', await indexScript('the database', ownerIndexes))
  scripts.set('grants.sql', grantsScript('the database', rights.worker))
  scripts.set('console-grants.sql', grantsScript('the database', rights.console, consoles))
  scripts.set('web-app-grants.sql', webAppsScript(rights.webApp))
  scripts.set('archive-tables.sql', await archiveScript())
  scripts.set('archive-indexes.sql', await indexScript('the archive database', archiveIndexes))
  scripts.set('archive-grants.sql', grantsScript('the archive database', rights.archive))
  return new Map([...scripts].map(([file, script]) => [file, text(file, script)]))
}

/** They belong to the owner of the web apps' tables. */
const isTaskIndex = (statement: string): boolean => /create index "IX_(?:Ext|Int)Schema_Task_/.test(statement)

async function migrationScript(
  name: string,
  statements: readonly string[],
  previous: string | undefined,
): Promise<Script> {
  const records = await recordTables()
  const done = (migration: string) => `select 1 from "AsyncSchema"."Migration" where "name" = N'${migration}'`
  return {
    about: [
      `AsyncSchema, migration ${name}.`,
      'What has been applied is in AsyncSchema.Migration, for this script as for `npm run db:migrate`: each leaves to the',
      'other what is left.',
    ],
    batch: [
      // The lock of `npm run db:migrate`: they wait for each other.
      "exec sp_getapplock @DbPrincipal = 'dbo', @Resource = 'kysely_migration', @LockMode = 'Exclusive', @LockOwner = 'Transaction';",
      ...records,
      ...(previous === undefined
        ? []
        : [`if not exists (${done(previous)}) throw 50000, N'${previous}.sql comes first', 1;`]),
      `if not exists (${done(name)})`,
      'begin',
      // Each is compiled when its turn comes, for it names what the one before it has made.
      ...statements.map((statement) => `  exec (${literal(statement)});`),
      '  exec (',
      `    N'insert into "AsyncSchema"."Migration" ("name", "timestamp") values (''${name}'', convert(varchar(23), sysutcdatetime(), 126) + ''Z'')'`,
      '  );',
      'end;',
    ].join('\n'),
  }
}

/** The tables in which Kysely's migrator records what it has done. */
async function recordTables(): Promise<string[]> {
  const texts = await recordedDdl((db) => migratorOf({ db, dialect: mssqlDialect }, {}).migrateToLatest())
  const guards: readonly (readonly [RegExp, string])[] = [
    [/^create schema "AsyncSchema"/, "schema_id(N'AsyncSchema')"],
    [/^create table "AsyncSchema"\."Migration" /, "object_id(N'AsyncSchema.Migration')"],
    [/^create table "AsyncSchema"\."MigrationLock" /, "object_id(N'AsyncSchema.MigrationLock')"],
  ]
  const tables = guards.map(([pattern, id]) => {
    const statement = texts.find((text) => pattern.test(text))
    if (!statement) throw new Error(`the migrator does not say: ${String(pattern)}`)
    return `if ${id} is null exec (${literal(statement)});`
  })
  const lock = `select 1 from "AsyncSchema"."MigrationLock"`
  return [
    ...tables,
    `if not exists (${lock}) insert into "AsyncSchema"."MigrationLock" ("id", "is_locked") values ('migration_lock', 0);`,
  ]
}

async function indexScript(where: string, indexes: readonly OwnerIndex[]): Promise<Script> {
  const lines: string[] = []
  for (const index of indexes) lines.push(...(await indexLines(index)))
  const filtered = indexes.some(({ status }) => status !== undefined)
  return {
    about: [
      `The indexes that this project's statements need on the web apps' tables in ${where}, for the owner of these.`,
      'Without them everything stays right, and slow: what is said of each is looked through from beginning to end. One is',
      'made only where no index begins with its column. While it is made, nobody writes to its table: choose a quiet hour.',
      ...(filtered
        ? [
            'From then on every program that writes to the Task tables must have quoted_identifier on, as all drivers do and',
            'sqlcmd does with -I.',
          ]
        : []),
    ],
    batch: lines.join('\n'),
  }
}

async function indexLines(index: OwnerIndex): Promise<string[]> {
  const [creation] = await recordedDdl((db) => indexCreation(db, index).execute())
  const { table, column, reason, neededBy } = index
  // A filtered one serves only its own rows.
  const serves =
    index.status === undefined
      ? `col_name(k.object_id, k.column_id) = N'${column}' and i.has_filter = 0`
      : `(i.name = N'${index.name}' or col_name(k.object_id, k.column_id) = N'Status' and i.has_filter = 0)`
  const known = `select 1 from sys.indexes as i inner join sys.index_columns as k on k.object_id = i.object_id and k.index_id = i.index_id where i.object_id = object_id(N'${table}') and i.is_disabled = 0 and k.key_ordinal = 1 and ${serves}`
  return [
    `-- ${table} (${column}): ${reason} (${neededBy.join(', ')}).`,
    `if not exists (${known}) ${creation};`,
  ]
}

async function archiveScript(): Promise<Script> {
  const [migration] = Object.values(archiveMigrationsFor(mssqlDialect))
  const statements = await recordedDdl((db) => migration?.up(db) ?? Promise.resolve())
  const parts: string[] = []
  let table: string | undefined
  for (const statement of statements) {
    const created = /^create table "(\w+)"\."(\w+)"/.exec(statement)
    if (created) {
      if (table) parts.push('end;')
      table = `${created[1]}.${created[2]}`
      parts.push(`if object_id(N'${table}') is null`, 'begin')
    }
    parts.push(table ? `  exec (${literal(statement)});` : `${statement};`)
  }
  return {
    about: [
      'The tables of an archive database, where there is none yet. One that is there keeps its tables as they are.',
    ],
    batch: [...parts, ...(table ? ['end;'] : [])].join('\n'),
  }
}

interface Grantee {
  readonly who: 'worker' | 'console'
  readonly role: Role
}

const workers: Grantee = { who: 'worker', role: roles.worker }
const consoles: Grantee = { who: 'console', role: roles.console }

const grantsScript = (where: string, rights: Rights, { who, role }: Grantee = workers): Script => ({
  about: [
    `What the ${who}'s login may do in ${where}: what its statements need, and no more (a test compares them).`,
    `Afterwards: alter role ${role} add member [the ${who}'s user];`,
    'A login that was a member of db_datareader and db_datawriter is to be taken out of them.',
  ],
  batch: grants(role, rights),
})

const webAppsScript = (rights: Rights): Script => ({
  about: [
    "What the web apps' logins may do in AsyncSchema, besides what they may do in their own schemas: read.",
    `Afterwards: alter role ${roles.webApp} add member [each web app's user];`,
  ],
  batch: grants(roles.webApp, rights),
})

const literal = (statement: string): string => `N'${statement.replaceAll("'", "''")}'`

/** Settings without which SQL Server makes no filtered index; all or nothing; and safe to repeat. */
const text = (file: string, { about, batch }: Script): string => `${[
  `-- ${file}: made from the code by \`npm run generate\`; changes by hand are lost. Safe to repeat.`,
  ...about.map((line) => `-- ${line}`),
].join('\n')}
set nocount on;
set xact_abort on;
set ansi_nulls, ansi_padding, ansi_warnings, arithabort, concat_null_yields_null, quoted_identifier on;
set numeric_roundabort off;
go
begin transaction;
${batch}
commit transaction;
go
`
