import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Libsql from 'libsql'
import type { LocalTime } from '#shared/clock'
import { DatabaseConnection, databaseSettings } from '#shared/database'
import type { Broker } from './broker.js'
import type { TestDatabase } from './test-database.js'

/** A copy of a database, and the time it was taken. */
export interface DatabaseCopy {
  readonly file: string
  readonly taken: LocalTime
}

function fileOf({ env }: TestDatabase): string {
  const settings = databaseSettings(env)
  if (settings.kind !== 'sqlite') throw new Error('only the embedded database can be restored here')
  return settings.file
}

/** Copies a database while services work on it, with all that is committed and in its log. */
export function takeCopy(database: TestDatabase, now: LocalTime): DatabaseCopy {
  const live = fileOf(database)
  const copy = { file: `${live}.copy`, taken: now }
  const source = new Libsql(live)
  try {
    source.exec('pragma busy_timeout = 10000')
    source.exec(`vacuum into '${copy.file}'`)
  } finally {
    source.close()
  }
  return copy
}

/** Puts a copy in the database's place. The services are stopped. */
export async function putBack(database: TestDatabase, { file }: DatabaseCopy): Promise<void> {
  const live = fileOf(database)
  await database.connection.close()
  for (const ending of ['', '-wal', '-shm']) await rm(`${live}${ending}`, { force: true })
  await copyFile(file, live)
  Object.assign(database, { connection: DatabaseConnection.open(databaseSettings(database.env)) })
}

/** Ends the broker, takes its store away, and starts it again. */
export async function loseStore(nats: Broker): Promise<void> {
  await nats.kill()
  await rm(join(nats.storeDir, 'jetstream'), { recursive: true, force: true })
  await nats.restart()
}
