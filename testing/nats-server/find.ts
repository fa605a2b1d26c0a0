import { findProgram, NoProgram, type DebianProgram, type FindOptions } from '../debian/index.js'
import { checkVersion, minimumVersion, type NatsServerBinary } from './binary.js'
import { findDockerImage } from './docker.js'

const natsServer: DebianProgram = {
  name: 'nats-server',
  package: 'nats-server',
  // Newest first. Debian 12's own package is too old, but the one binary of the newer suites' runs there.
  suites: ['testing', 'trixie'],
  variable: 'NATS_SERVER_BIN',
  checkVersion,
}

/**
 * Finds a nats-server new enough for these services: NATS_SERVER_BIN, the PATH, the cache, Debian's packages (kept
 * in the cache), Docker, in this order. The first fetch takes some seconds and the network; later calls a few
 * milliseconds. Safe to repeat and to call in several processes at once. A NATS_SERVER_BIN that cannot be used is an
 * error rather than a reason to look further; otherwise rejects with everything that was tried.
 */
export async function findNatsServer(options: FindOptions = {}): Promise<NatsServerBinary> {
  try {
    return { kind: 'program', ...(await findProgram(natsServer, options)) }
  } catch (error) {
    if (!(error instanceof NoProgram)) throw error
    return fromDocker(error.tried)
  }
}

async function fromDocker(tried: readonly string[]): Promise<NatsServerBinary> {
  try {
    return { kind: 'image', source: 'docker', ...(await findDockerImage()) }
  } catch (error) {
    throw new Error(
      `No nats-server ${minimumVersion} or newer could be found or fetched. Install one and put it on the PATH or ` +
        `name it in NATS_SERVER_BIN, or set NATS_URL to a running server. Tried:\n` +
        [...tried, `  Docker: ${(error as Error).message}`].join('\n'),
    )
  }
}
