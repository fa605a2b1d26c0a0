import 'reflect-metadata'
import type { INestApplicationContext } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { connect } from '@nats-io/transport-node'
import type { Environment } from '#shared/config'
import { DatabaseConnection, isMigrated, migrate } from '#shared/database'
import { bounded } from '#shared/health'
import { describeError } from '#shared/logging'
import { NatsClient, natsSettings, StartRefused, Topology } from '#shared/messaging'
import { JobsModule } from '#shared/schedule'
import { SharedModule } from '#shared/service'
import { OpsFailure } from './command.js'

/**
 * The parts every service has, connected, for one piece of work.
 * @param connectMs how long NATS may take to answer, in milliseconds
 */
export async function withParts<T>(
  env: Environment,
  connectMs: number,
  use: (parts: INestApplicationContext) => Promise<T>,
): Promise<T> {
  // The answer is one line on the terminal; log lines would hide it.
  const options = { name: 'ops', env: { ...env, LOG_LEVEL: 'silent' }, port: 0 }
  const root = {
    module: class OpsModule {},
    imports: [SharedModule.for(options, () => undefined), JobsModule],
  }
  await assertNatsAnswers(natsSettings(env).servers, connectMs)
  const parts = await NestFactory.createApplicationContext(root, { logger: false, abortOnError: false })
  try {
    await prepareNats(parts, connectMs)
    await prepareDatabase(parts.get(DatabaseConnection))
    return await use(parts)
  } finally {
    await bounded(parts.close(), connectMs).catch(() => undefined)
  }
}

/** The services' own connection waits for its server for ever; an operator wants to be told. */
async function assertNatsAnswers(servers: string[], connectMs: number): Promise<void> {
  try {
    const connection = await bounded(connect({ servers, reconnect: false, timeout: connectMs }), connectMs)
    await connection.close()
  } catch (error) {
    throw new OpsFailure(
      `NATS cannot be reached within ${connectMs / 1_000} s (${briefly(error)}): see NATS_URL`,
    )
  }
}

async function prepareNats(parts: INestApplicationContext, connectMs: number): Promise<void> {
  try {
    await bounded(parts.get(NatsClient).connect(), connectMs)
    await parts.get(Topology).ensureStreams()
  } catch (error) {
    if (error instanceof StartRefused) throw error
    throw new OpsFailure(`NATS answers, but its streams could not be looked at: ${briefly(error)}`)
  }
}

async function prepareDatabase(connection: DatabaseConnection): Promise<void> {
  if (!(await isUpToDate(connection))) {
    throw new OpsFailure('the database has not been brought up to date: npm run db:migrate')
  }
}

async function isUpToDate(connection: DatabaseConnection): Promise<boolean> {
  try {
    if (connection.dialect.name === 'sqlite') await migrate(connection, { withWebApps: true })
    return await isMigrated(connection)
  } catch (error) {
    throw new OpsFailure(`the database cannot be used: ${briefly(error)}`)
  }
}

/** An error's class and code. Its message is left out: it may quote a row. */
export function briefly(error: unknown): string {
  const { name, code } = describeError(error instanceof Error && error.cause ? error.cause : error)
  return code === undefined ? name : `${name} ${code}`
}
