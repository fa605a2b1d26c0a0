import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Speed } from './routed-messages.js'

/**
 * How many of the stored messages a run takes, after those that are not measured: a service runs for weeks, and for the
 * first ten thousand messages its compiler takes a good part of the processor, the more the more code there is.
 */
export const workMessages = 6_000
export const workWarmUps = 12_000
/** Twice as often as the examples in deploy/ have it, in milliseconds. */
export const scrapeMs = 15_000

export interface WorkOptions {
  readonly natsUrl: string
  /** Another one each time: a consumer of its own begins with the first message. */
  readonly run: string
  /** Asks for the metrics meanwhile, as Prometheus does. */
  readonly scraped: boolean
  /** Where traces go, if they are on. */
  readonly collector?: string
}

type Report = { readonly port: number } | { readonly speed: Speed }

/** A service in a process of its own, on a real database file of its own; measured there. */
export async function doWork({ natsUrl, run, scraped, collector }: WorkOptions): Promise<Speed> {
  const folder = mkdtempSync(join(tmpdir(), 'hwpv-bench-'))
  const child = fork(fileURLToPath(new URL('./telemetry-worker.js', import.meta.url)), {
    env: {
      PATH: process.env.PATH,
      NATS_URL: natsUrl,
      DATA_DIR: folder,
      BENCH_RUN: run,
      LOG_LEVEL: 'warn',
      ...(collector ? { OTEL_EXPORTER_OTLP_ENDPOINT: collector } : {}),
    },
  })
  const ended = once(child, 'exit')
  let scraping: NodeJS.Timeout | undefined
  try {
    return await new Promise((resolve, reject) => {
      child.on('message', (report: Report) => {
        if ('speed' in report) resolve(report.speed)
        else if (scraped) scraping = setInterval(() => void scrape(report.port), scrapeMs)
      })
      void ended.then(([code]) => reject(new Error(`the worker ended with exit code ${String(code)}`)))
    })
  } finally {
    clearInterval(scraping)
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

export async function scrape(port: number): Promise<void> {
  // The service may stop meanwhile.
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined)
  await answer?.text()
}

/** Takes whatever it is sent, as a collector of traces does that is never slow. */
export class Collector {
  /** Of all requests so far. */
  bytes = 0
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Collector> {
    const server = createServer()
    const collector = new Collector(server)
    server.on('request', (request, response) => {
      request.on('data', (data: Buffer) => (collector.bytes += data.length))
      request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return collector
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
