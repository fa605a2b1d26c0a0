import type { ConsoleRequest, ConsoleResponse } from './request.js'

/** Proxies let go of what says nothing. */
const heartbeatMs = 20_000

/**
 * Keeps telling a browser what is new, as server-sent events, until it goes away.
 * @param subscribe begins to tell; what it gives back ends it
 */
export function sendNews(
  request: ConsoleRequest,
  response: ConsoleResponse,
  subscribe: (tell: (html: string) => void) => () => void,
): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  response.write('retry: 3000\n\n')
  const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs)
  const end = subscribe((html) => response.write(`data: ${JSON.stringify(html)}\n\n`))
  request.on('close', () => {
    clearInterval(heartbeat)
    end()
  })
}
