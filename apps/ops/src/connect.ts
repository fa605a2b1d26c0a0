import 'reflect-metadata'
import { existsSync } from 'node:fs'
import type { INestApplicationContext } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Clock } from '#shared/clock'
import type { Environment } from '#shared/config'
import {
  DatabaseConnection,
  databaseSettings,
  isMigrated,
  migrate,
  type DatabaseSettings,
} from '#shared/database'
import { bounded, SharedModule } from '#shared/service'
import { briefly } from '#shared/logging'
import {
  connectOptions,
  dial,
  NatsClient,
  natsSettings,
  refusalOf,
  StartRefused,
  Topology,
} from '#shared/messaging'
import { OperationsModule } from '#shared/operations'
import { JobsModule } from '#shared/jobs'
import { OpsFailure } from './failures.js'

/** Of the operator's command line, as the broker and the messages it publishes know it. */
const serviceName = 'ops'

export interface Given {
  readonly env: Environment
  /** How long NATS may take to answer, in milliseconds. */
  readonly connectMs: number
  /** Only tests have one of their own. */
  readonly clock?: Clock
}

export interface Connecting extends Given {
  /** `needed`: with its streams. `as-it-is`: whatever is there. `to-look`: likewise, and the work goes on without it. */
  readonly nats: 'needed' | 'as-it-is' | 'to-look'
}

/**
 * The parts every service has, connected, for one piece of work. `natsAway` is why there is no NATS, if there is
 * none.
 */
export async function withParts<T>(
  { env, connectMs, clock, nats }: Connecting,
  use: (parts: INestApplicationContext, natsAway?: string) => Promise<T>,
): Promise<T> {
  // The answer is for the terminal; log lines would hide it.
  const options = {
    ...{ name: serviceName, env: { ...env, LOG_LEVEL: 'silent' }, port: 0 },
    ...(clock ? { clock } : {}),
  }
  const root = {
    module: class OpsModule {},
    imports: [SharedModule.for(options), JobsModule, OperationsModule],
  }
  refuseMissingFile(databaseSettings(env))
  const away = await natsAway(env, connectMs)
  if (away !== undefined && nats !== 'to-look') throw new OpsFailure(away)
  const parts = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false })
  try {
    if (away === undefined) {
      await prepareNats(parts.get(NatsClient), connectMs, nats === 'needed' ? parts.get(Topology) : undefined)
    }
    await prepareDatabase(parts.get(DatabaseConnection))
    return await use(parts, away)
  } finally {
    await bounded(parts.close(), connectMs).catch(() => undefined)
  }
}

/** A mistyped folder must not become an empty database that knows nothing. */
export function refuseMissingFile(database: DatabaseSettings): void {
  if (database.kind === 'sqlite' && !existsSync(database.file))
    throw new OpsFailure('there is no database in DATA_DIR: no service has been started there')
}

/** Asked first: the services' own connection waits for its server for ever; an operator wants to be told. */
export async function natsAway(env: Environment, connectMs: number): Promise<string | undefined> {
  const options = { ...connectOptions(natsSettings(env), serviceName), reconnect: false, timeout: connectMs }
  const dialled = dial(options)
  try {
    await bounded(dialled.connection, connectMs)
    return undefined
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal !== undefined) return `NATS: ${refusal}`
    return `NATS cannot be reached within ${connectMs / 1_000} s (${briefly(error)}): see NATS_URL`
  } finally {
    await dialled.close()
  }
}

/**
 * Connects, and looks whether the streams are there where a topology is given.
 * @throws OpsFailure or StartRefused, each with a message for the operator
 */
export async function prepareNats(nats: NatsClient, connectMs: number, topology?: Topology): Promise<void> {
  try {
    await bounded(nats.connect(), connectMs)
    const lacking = (await topology?.lookAtStreams())?.find((unfit) => unfit.lacking)
    if (lacking) throw new OpsFailure(lacking.words)
  } catch (error) {
    if (error instanceof StartRefused || error instanceof OpsFailure) throw error
    throw new OpsFailure(`NATS answers, but its streams could not be looked at: ${briefly(error)}`)
  }
}

export async function prepareDatabase(connection: DatabaseConnection): Promise<void> {
  if (!(await isUpToDate(connection))) {
    throw new OpsFailure('the database has not been brought up to date: npm run db:migrate')
  }
}

async function isUpToDate(connection: DatabaseConnection): Promise<boolean> {
  try {
    // Asked first: bringing it up to date waits for whoever writes, and mostly there is nothing to bring.
    if (await isMigrated(connection)) return true
    if (connection.dialect.name === 'sqlite') await migrate(connection, { withWebApps: true })
    return await isMigrated(connection)
  } catch (error) {
    throw new OpsFailure(`the database cannot be used: ${briefly(error)}`)
  }
}
