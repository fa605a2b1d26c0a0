import { jetstreamManager } from '@nats-io/jetstream'
import { connect, type NodeConnectionOptions } from '@nats-io/transport-node'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ServerProcess } from './process.js'

const timeLimitMs = 10_000
const pauseMs = 15

export interface Ports {
  port: number
  httpPort?: number
}

/**
 * Waits until the server answers a JetStream request (or only connects, without `awaitJetStream`), for at most ten seconds. `knownPorts` are those of a
 * container, whose own record of its ports is out of reach. Rejects, with the last lines of the server's log, when
 * the time is up or the server has ended; with the signal's reason when that is aborted.
 */
export async function waitUntilReady(
  server: ServerProcess,
  options: {
    portsFolder: string
    knownPorts?: Ports | undefined
    signal?: AbortSignal | undefined
    awaitJetStream?: boolean | undefined
    connectWith?: NodeConnectionOptions | undefined
  },
): Promise<Ports> {
  const deadline = Date.now() + timeLimitMs
  let lastProblem = 'it has not said where it listens'
  while (Date.now() < deadline) {
    options.signal?.throwIfAborted()
    if (server.outcome !== undefined) throw startError(server, `it ended at once (${server.outcome})`)
    const ports = options.knownPorts ?? (await readPorts(options.portsFolder))
    if (ports !== undefined) {
      try {
        await ask(ports.port, deadline - Date.now(), options)
        return ports
      } catch (error) {
        lastProblem = (error as Error).message
      }
    }
    await delay(pauseMs)
  }
  throw startError(server, `not ready after ${timeLimitMs / 1000} s: ${lastProblem}`)
}

function startError(server: ServerProcess, problem: string): Error {
  return new Error(`nats-server did not start: ${problem}. Its last words:\n${server.logTail()}`)
}

/** Undefined while the server has not written its file, or not all of it. */
async function readPorts(folder: string): Promise<Ports | undefined> {
  const file = (await readdir(folder)).find((name) => name.endsWith('.ports'))
  if (file === undefined) return undefined
  try {
    const text = await readFile(join(folder, file), 'utf8')
    const { nats, monitoring } = JSON.parse(text) as { nats?: string[]; monitoring?: string[] }
    if (nats?.[0] === undefined) return undefined
    const httpUrl = monitoring?.[0]
    return { port: portOf(nats[0]), ...(httpUrl !== undefined && { httpPort: portOf(httpUrl) }) }
  } catch {
    return undefined
  }
}

const portOf = (url: string) => Number(new URL(url).port)

async function ask(
  port: number,
  timeout: number,
  {
    awaitJetStream = true,
    connectWith = { tls: null },
  }: { awaitJetStream?: boolean | undefined; connectWith?: NodeConnectionOptions | undefined },
): Promise<void> {
  const servers = `127.0.0.1:${port}`
  const connection = await connect({ ...connectWith, servers, reconnect: false, timeout })
  try {
    if (!awaitJetStream) return
    const manager = await jetstreamManager(connection, { checkAPI: false, timeout })
    await manager.getAccountInfo()
  } finally {
    await connection.close()
  }
}
