import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { DatabaseConnection } from '#shared/database'
import { projectRoot } from '../../tools/project-root.js'

/** A login that may do nothing but what it is granted. */
export interface WorkerLogin {
  readonly name: string
  readonly password: string
}

export type GrantScript = 'grants.sql' | 'archive-grants.sql'

/** As the server's administrator. */
export async function makeLogin({ db }: DatabaseConnection, name: string): Promise<WorkerLogin> {
  // The server asks for several kinds of characters.
  const password = `Aa1-${randomBytes(12).toString('hex')}`
  await sql`create login ${sql.id(name)} with password = ${sql.lit(password)}`.execute(db)
  return { name, password }
}

export async function dropLogin({ db }: DatabaseConnection, name: string): Promise<void> {
  await sql`if suser_id(${sql.lit(name)}) is not null drop login ${sql.id(name)}`.execute(db)
}

/** Grants the login what a script of `deploy/sql` grants, and nothing else. As the database's owner. */
export async function grantByScript(
  { db }: DatabaseConnection,
  { name }: WorkerLogin,
  script: GrantScript,
): Promise<void> {
  const text = readFileSync(join(projectRoot, 'deploy', 'sql', script), 'utf8')
  for (const batch of text.split(/^go$/m)) if (batch.trim()) await sql.raw(batch).execute(db)
  await sql`create user ${sql.id(name)} for login ${sql.id(name)}`.execute(db)
  await sql`alter role hwpv_async_worker add member ${sql.id(name)}`.execute(db)
}
