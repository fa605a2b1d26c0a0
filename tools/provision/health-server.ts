import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where it is asked whether all is well. */
export interface HealthServer {
  readonly port: number
  close(): Promise<void>
}

const rollout = '/health/rollout'
const judged: readonly string[] = ['/health', '/health/readiness', rollout]
/** For all the others, too: no reason to stop a roll-out. */
const natsAway = 'NATS: away'

/** A question is a line and a few headers, and comes at once; in milliseconds. */
const limits = { headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 5_000, maxHeaderSize: 8_192 }

/**
 * Answers like the services: `/ping` and `/health/liveness` while the process lives, `/health/readiness` and `/health`
 * with what is not as it should be, `/health/rollout` but for a NATS that is away.
 * @param lacks what that is, in words of ours
 */
export async function startHealthServer(port: number, lacks: () => readonly string[]): Promise<HealthServer> {
  const server = createServer(limits, ({ method, url }, response) => {
    if (method !== 'GET' && method !== 'HEAD') return answer(response, 405, { status: 'error' })
    if (url === '/ping' || url === '/health/liveness') return answer(response, 200, { status: 'ok' })
    if (!judged.includes(url ?? '')) return answer(response, 404, { status: 'error' })
    const problems = lacks().filter((problem) => url !== rollout || problem !== natsAway)
    answer(response, problems.length ? 503 : 200, { status: problems.length ? 'error' : 'ok', problems })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify(body))
}
