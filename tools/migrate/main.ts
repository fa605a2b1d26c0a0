/** `npm run db:migrate [-- --with-web-apps]`: brings the database the environment names up to date. */
import { parseArgs } from 'node:util'
import {
  createOwnerIndexes,
  DatabaseConnection,
  databaseSettings,
  migrate,
  type DatabaseSettings,
} from '#shared/database'
import { makeEmbeddedDatabase } from './embedded.js'

const usage = 'usage: npm run db:migrate [-- --with-web-apps]'
const warning =
  "WARNING: --with-web-apps creates the web apps' tables: for tests and a local SQL Server, never in production"

/** An index on a table of many years takes its time. */
const longestMs = '600000'

function readArguments(): { withWebApps: boolean } {
  try {
    const { values } = parseArgs({ options: { 'with-web-apps': { type: 'boolean', default: false } } })
    return { withWebApps: values['with-web-apps'] }
  } catch (error) {
    throw new Error(`${(error as Error).message}; ${usage}`)
  }
}

const nameOf = (settings: DatabaseSettings): string =>
  settings.kind === 'sqlite'
    ? `embedded database ${settings.file}`
    : `SQL Server ${settings.server}, database ${settings.database}`

async function run(): Promise<void> {
  const { withWebApps } = readArguments()
  const settings = databaseSettings({ DATABASE_REQUEST_TIMEOUT_MS: longestMs, ...process.env })
  // The embedded database is the project's alone: without the web apps' tables there would be nothing to work on.
  const embedded = settings.kind === 'sqlite'
  if (withWebApps && !embedded) process.stderr.write(`${warning}\n`)
  const applied = await (embedded ? makeEmbeddedDatabase(process.env) : migrated(settings, withWebApps))
  console.log(
    `${nameOf(settings)}: ${applied.length ? `applied ${applied.join(', ')}` : 'up to date already'}`,
  )
}

async function migrated(settings: DatabaseSettings, withWebApps: boolean): Promise<string[]> {
  const connection = DatabaseConnection.open(settings)
  try {
    const applied = await migrate(connection, { withWebApps })
    // Whoever has the tables made has the indexes of their owner made, too.
    if (withWebApps) await createOwnerIndexes(connection)
    return applied
  } finally {
    await connection.close()
  }
}

/** One line: what failed, and what the database said of it. No row is read or written here that it could quote. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `${error.message}${cause}`.replace(/\s+/g, ' ')
}

try {
  await run()
} catch (error) {
  process.stderr.write(`db:migrate: ${explain(error)}\n`)
  process.exitCode = 1
}
