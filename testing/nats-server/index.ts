import { startNatsServer } from './start.js'

export { NatsCluster } from './cluster.js'
export { minimumVersion, type NatsServerBinary } from './binary.js'
export { findNatsServer } from './find.js'
export { startNatsServer, type RunningNatsServer, type StartOptions } from './start.js'

/**
 * The NATS server a tool is to work with: the one NATS_URL names, which is then left alone, or one started for the
 * occasion, which `stop` ends. Rejects as `startNatsServer` does.
 */
export async function natsUrlForTools(): Promise<{ url: string; stop: () => Promise<void> }> {
  const url = process.env['NATS_URL']
  if (url) return { url, stop: () => Promise.resolve() }
  const server = await startNatsServer()
  return { url: server.url, stop: () => server.stop() }
}
