import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { streams, subjects } from '#shared/contracts'
import { OtlpReceiver } from '../testing/simulators/index.js'
import { claimOfKind, openClaims, submit } from '../testing/simulators/external-web-app/index.js'
import { BareClient } from './support/bare-client.js'
import { Processes } from './support/processes.js'
import { System } from './support/system.js'
import { orphans } from './support/trace-tree.js'
import { until } from './support/until.js'

const clock = '2026-11-18 10:30:00'
const claim = claimOfKind('repeat-passing', 1, `${clock}.000`)

interface Line {
  readonly msg: string
  readonly messageId: string
  readonly consumer: string
  readonly traceId: string
}

describe.each(['on', 'off'])('log lines, with traces %s', (traces) => {
  const receiver = new OtlpReceiver()
  let system: System
  let handled: Line[]

  beforeAll(async () => {
    await receiver.listen(0)
    const env: Record<string, string> = traces === 'on' ? { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } : {}
    system = await System.start({ clock, env })
    await submit(system.connection, [claim])
    await system.settled(60_000)
    // The same message once more, which the stream takes for another one.
    const client = await BareClient.connect(system.nats.url)
    const [message] = await client.read(streams.claims.name)
    const traceparent = message?.headers.traceparent ?? ''
    await client.publish(subjects.claimSubmitted, message?.body ?? '', {
      'ce-id': message?.headers['ce-id'] ?? '',
      traceparent,
    })
    await system.answered(streams.claims.name)
    await client.close()
    await Promise.all([...system.services.keys()].map((name) => system.stopService(name)))
    const lines = system.logLines.map((line) => JSON.parse(line) as Line)
    handled = lines.filter(({ msg }) => msg === 'message handled')
  }, 120_000)

  afterAll(async () => {
    await system.stop()
    await receiver.close()
  })

  it('of all services about a claim have one trace id', () => {
    expect(new Set(handled.map(({ consumer }) => consumer))).toEqual(
      new Set(['complete-claim', 'send-email', 'check-benefit', 'approve-claim']),
    )
    expect(new Set(handled.map(({ traceId }) => traceId)).size).toBe(1)
    expect(handled[0]?.traceId).toMatch(/^[0-9a-f]{32}$/)
  })

  if (traces === 'off') {
    it('go without any span', () => {
      expect(receiver.requests).toBe(0)
    })
    return
  }

  it('have that of the spans', () => {
    const spans = receiver.spans.filter(({ kind }) => kind === 'consumer')
    expect(
      spans.map(({ traceId, attributes }) => `${traceId} ${String(attributes['messaging.message.id'])}`),
    ).toEqual(expect.arrayContaining(handled.map(({ traceId, messageId }) => `${traceId} ${messageId}`)))
    expect(orphans(receiver.spans)).toEqual([])
  })

  it('and spans say of a repeat that there was nothing to do', () => {
    const repeats = receiver.spans.filter(({ events }) => events.some(({ name }) => name === 'done before'))
    expect(
      repeats.map(({ name, attributes }) => `${name} ${String(attributes['messaging.message.id'])}`),
    ).toEqual([expect.stringMatching(/^process complete-claim ExtSchema\.Task\.1\.1\.[0-9a-f]{16}$/)])
  })
})

describe('a service', () => {
  const services = ['task-relay', 'claim-completer', 'dwp-checker', 'notifier']
  let processes: Processes
  const folders: string[] = []

  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })

  /** The packages of OpenTelemetry that a process had loaded when it ended. */
  async function loadedBy(env: Record<string, string>): Promise<string[]> {
    const folder = mkdtempSync(join(tmpdir(), 'hwpv-loaded-'))
    folders.push(folder)
    // Node writes down at the end which scripts there were.
    processes = await Processes.start({ ...env, NODE_V8_COVERAGE: folder }, ['dwp-checker'])
    expect(await processes.stop()).toEqual([])
    const reports = readdirSync(folder).map(
      (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as { result: { url: string }[] },
    )
    const urls = reports.flatMap(({ result }) => result.map(({ url }) => url))
    const packages = new Set(urls.filter((url) => url.startsWith('file:')).flatMap(packagesIn))
    expect(packages).toContain('kysely')
    return [...packages].flatMap((name) => (name.startsWith(scope) ? [name.slice(scope.length)] : []))
  }

  /** A bundle says before each file which one it was. */
  const packagesIn = (url: string): string[] =>
    [
      ...readFileSync(fileURLToPath(url), 'utf8').matchAll(
        /^\/\/ .*node_modules\/((?:@[\w-]+\/)?[\w.-]+)\//gm,
      ),
    ].map(([, name = '']) => name)
  const scope = '@opentelemetry/'

  it('without a collector loads nothing of the SDK', async () => {
    // Metrics bring the interfaces along, which do nothing.
    expect((await loadedBy({})).filter((name) => name !== 'api')).toEqual([])
    const on = await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })
    expect(on).toEqual(expect.arrayContaining(['sdk-trace-base', 'otlp-exporter-base']))
  }, 120_000)

  it('refuses a collector that cannot be one, in a line', async () => {
    await expect(
      Processes.start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, ['dwp-checker']),
    ).rejects.toThrow(/dwp-checker: settings: OTEL_EXPORTER_OTLP_ENDPOINT is malformed/)
  }, 120_000)

  it.each(['nowhere', 'mute'] as const)(
    'does its work, and stops in time, while its collector is %s',
    async (kind) => {
      const collector = await deafCollector(kind)
      processes = await Processes.start(
        { CLOCK_START: clock, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '50' },
        services,
        { checkIssuedAt: false },
      )
      const { connection } = processes.database
      await submit(connection, [claim])
      await until(
        'the claim is dealt with',
        async () => {
          const letters = await connection.db.selectFrom('AsyncSchema.Outbox').select('OutboxId').execute()
          return letters.length >= 4 && (await openClaims(connection)).size === 0
        },
        60_000,
      )
      await until('the collector was called', () => kind === 'nowhere' || collector.calls() > 0)
      const begun = performance.now()
      expect(await processes.stop()).toEqual([])
      expect(performance.now() - begun).toBeLessThan(15_000)
      await collector.stop()
    },
    120_000,
  )
})

/** One where nobody listens, or one that takes connections and never answers. */
async function deafCollector(kind: 'nowhere' | 'mute') {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stop = async () => {
    if (!server.listening) return
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  if (kind === 'nowhere') await stop()
  return { url, calls: () => sockets.size, stop }
}
