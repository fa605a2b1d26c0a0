import { DatabaseConnection, databaseSettings } from '#shared/database'
import type { Environment } from '#shared/config'
import { bounded, serviceClock } from '#shared/service'
import { Log } from '#shared/logging'
import { NatsClient, natsSettings } from '#shared/messaging'
import { natsAway, prepareDatabase, prepareNats, refuseMissingFile, type Given } from './connect.js'

/** NATS and the database, each of which may be away: then it says why. */
export interface Halves {
  readonly nats: NatsClient | { readonly away: string }
  readonly database: DatabaseConnection | { readonly away: string }
  /** By the services' clock, which the rows of the database go by. */
  readonly now: Date
}

/** Both, for work to which each is worth looking at alone, and which changes nothing. */
export async function withHalves<T>(
  { env, connectMs, ...own }: Given,
  use: (halves: Halves) => Promise<T>,
): Promise<T> {
  const clock = serviceClock({ env, ...own })
  const [nats, database] = await Promise.all([openNats(env, connectMs), openDatabase(env)])
  try {
    return await use({ nats, database, now: clock.instant() })
  } finally {
    if (!('away' in nats)) await bounded(nats.close(), connectMs).catch(() => undefined)
    if (!('away' in database)) await database.close().catch(() => undefined)
  }
}

async function openNats(env: Environment, connectMs: number): Promise<Halves['nats']> {
  const away = await natsAway(env, connectMs)
  if (away !== undefined) return { away }
  const nats = new NatsClient(natsSettings(env), 'ops', Log.create('ops', 'silent'))
  try {
    await prepareNats(nats, connectMs)
    return nats
  } catch (error) {
    return { away: (error as Error).message }
  }
}

async function openDatabase(env: Environment): Promise<Halves['database']> {
  const settings = databaseSettings(env)
  let connection: DatabaseConnection | undefined
  try {
    refuseMissingFile(settings)
    connection = DatabaseConnection.open(settings)
    await prepareDatabase(connection)
    return connection
  } catch (error) {
    await connection?.close().catch(() => undefined)
    return { away: (error as Error).message }
  }
}
