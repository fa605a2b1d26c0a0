import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where it is asked whether all is well. */
export interface HealthServer {
  readonly port: number
  close(): Promise<void>
}

/** What is asked about, in words of ours, as it is when it is asked. */
interface Judged {
  /** What is not as it should be. */
  readonly lacks: readonly string[]
  /** The same without what is away from everybody: that is no reason to stop a roll-out. */
  readonly faults: readonly string[]
}

/** What each address that judges asks. */
const judged: Readonly<Record<string, keyof Judged>> = {
  '/health': 'lacks',
  '/health/readiness': 'lacks',
  '/health/rollout': 'faults',
}

/** A question is a line and a few headers, and comes at once; in milliseconds. */
const limits = { headersTimeout: 5_000, requestTimeout: 5_000, keepAliveTimeout: 5_000, maxHeaderSize: 8_192 }

/**
 * Answers like the services: `/ping` and `/health/liveness` while the process lives, `/health/readiness` and `/health`
 * with what is not as it should be, `/health/rollout` but for a NATS that is away.
 */
export async function startHealthServer(port: number, about: Judged): Promise<HealthServer> {
  const server = createServer(limits, ({ method, url }, response) => {
    if (method !== 'GET' && method !== 'HEAD') return answer(response, 405, { status: 'error' })
    if (url === '/ping' || url === '/health/liveness') return answer(response, 200, { status: 'ok' })
    const asked = judged[url ?? '']
    if (!asked) return answer(response, 404, { status: 'error' })
    const problems = about[asked]
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
