import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Libsql from 'libsql'
import { DatabaseConnection, databaseSettings } from '#shared/database'
import type { System } from './system.js'

/** A copy of a system's database, and the time it was taken. */
export interface DatabaseCopy {
  readonly file: string
  readonly taken: string
}

function fileOf({ database }: System): string {
  const settings = databaseSettings(database.env)
  if (settings.kind !== 'sqlite') throw new Error('only the embedded database can be restored here')
  return settings.file
}

/** Copies the database while services work on it, with all that is committed and in its log. */
export function takeCopy(system: System): DatabaseCopy {
  const live = fileOf(system)
  const copy = { file: `${live}.copy`, taken: system.clock.now() }
  const database = new Libsql(live)
  try {
    database.exec('pragma busy_timeout = 10000')
    database.exec(`vacuum into '${copy.file}'`)
  } finally {
    database.close()
  }
  return copy
}

/** Puts a copy in the database's place. The services are stopped. */
export async function putBack(system: System, { file }: DatabaseCopy): Promise<void> {
  const live = fileOf(system)
  await system.connection.close()
  for (const ending of ['', '-wal', '-shm']) await rm(`${live}${ending}`, { force: true })
  await copyFile(file, live)
  Object.assign(system.database, {
    connection: DatabaseConnection.open(databaseSettings(system.database.env)),
  })
}

/** Ends the broker, takes its store away, and starts it again. */
export async function loseStore({ nats }: System): Promise<void> {
  await nats.kill()
  await rm(join(nats.storeDir, 'jetstream'), { recursive: true, force: true })
  await nats.restart()
}
