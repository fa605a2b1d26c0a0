import { createServer } from 'node:http'
import { ExpressAdapter } from '@nestjs/platform-express'

/** In milliseconds, and bytes. */
const limits = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 5_000,
  // A cookie with a session, and a bearer token.
  maxHeaderSize: 16_384,
}

/** The HTTP server of the console. */
export class ConsoleHttp extends ExpressAdapter {
  constructor() {
    super()
    this.getInstance<{ disable(setting: string): void }>().disable('x-powered-by')
  }

  override initHttpServer(): void {
    this.httpServer = createServer(limits, this.getInstance())
  }

  /** Pages that listen for news must not keep it from stopping. */
  override close(): Promise<unknown> | undefined {
    const closed = super.close()
    this.httpServer.closeAllConnections()
    return closed
  }
}
