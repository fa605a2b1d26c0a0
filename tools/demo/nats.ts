import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { LocalDay } from '#shared/clock'
import { streams, subjects } from '#shared/contracts'
import { dial } from '#shared/messaging'
import { findNatsServer, startNatsServer } from '../../testing/nats-server/index.js'
import { DemoFailure } from './wait.js'

/** The NATS server of a demonstration. */
export interface DemoNats {
  /** For services; it may hold a password. */
  readonly url: string
  /** Which one it is, fit for printing. */
  readonly description: string
  /** The server's own pages, if there are any. */
  readonly pages: string | undefined
  /** Fires the daily approval run, as `nats pub` would: without an id, so that it counts each time. */
  fireDailyRun(date: LocalDay): Promise<void>
  stop(): Promise<void>
}

const sources = { environment: 'NATS_SERVER_BIN', path: 'on the PATH', cache: 'cached', debian: "Debian's" }

/**
 * The server NATS_URL names, or one started for the occasion.
 * @throws DemoFailure if the named one does not answer or is in use; an Error with all that was tried if none is found
 */
export async function startNats(env: NodeJS.ProcessEnv): Promise<DemoNats> {
  if (env['NATS_URL']) return useNamed(env['NATS_URL'])
  const binary = await findNatsServer()
  const server = await startNatsServer({ binary, httpPort: 0 })
  const where = binary.source === 'docker' ? `Docker, ${binary.image}` : sources[binary.source]
  const connection = await connect({ servers: server.url })
  return {
    url: server.url,
    description: `nats-server ${server.version} (${where}) on ${server.url}`,
    pages: server.httpUrl,
    ...firing(connection),
    async stop() {
      await connection.close()
      await server.stop()
    },
  }
}

async function useNamed(url: string): Promise<DemoNats> {
  const servers = url.split(',').map((server) => server.trim())
  const dialled = dial({ servers, reconnect: false, timeout: 5_000 })
  const connection = await dialled.connection.catch(() => {
    throw new DemoFailure('the server that NATS_URL names does not answer')
  })
  try {
    await refuseIfInUse(connection)
  } catch (error) {
    await connection.close()
    throw error
  }
  return {
    url,
    description: `nats-server ${connection.info?.version ?? ''} (NATS_URL) on ${connection.getServer()}`,
    pages: undefined,
    ...firing(connection),
    stop: () => connection.close(),
  }
}

const firing = (connection: NatsConnection): Pick<DemoNats, 'fireDailyRun'> => ({
  async fireDailyRun(date) {
    await jetstream(connection).publish(subjects.scheduleAutoApproval, JSON.stringify({ date }))
  },
})

/** The demonstration's services would take messages from others, and know nothing of the claims in them. */
async function refuseIfInUse(connection: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(connection)
  const present = new Set(await manager.streams.names().next())
  for (const { name } of Object.values(streams)) {
    if (!present.has(name)) continue
    for await (const consumer of manager.consumers.list(name)) {
      if (consumer.num_waiting || consumer.num_pending || consumer.num_ack_pending) {
        throw new DemoFailure(
          `the server that NATS_URL names is in use: ${name} has messages or services at ${consumer.name}. ` +
            'Unset NATS_URL, name a server of your own, or delete its streams if nobody needs them',
        )
      }
    }
  }
}
