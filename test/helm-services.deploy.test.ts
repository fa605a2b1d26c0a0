import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedFile } from '../tools/nats-config/index.js'
import { ServiceProcess, serviceNames } from '../testing/services/index.js'
import { brokerSecrets } from './support/broker-secrets.js'
import { startBroker, type Broker } from './support/broker.js'
import { render } from './support/helm/chart.js'
import { macroWorkbook } from './support/macro-workbook.js'
import {
  environmentOf,
  podsOf,
  type Manifest,
  type PodTemplate,
  type Source,
} from './support/helm/manifest.js'
import { templates24 } from './support/notification-templates.js'
import { signingKeys } from './support/webhook-work.js'
import { until } from './support/until.js'

/** What the chart gives to each pod, given to the service itself, on a broker as deploy/nats has it. */
describe('a pod of the chart', () => {
  let broker: Broker
  let manifests: Manifest[]
  let keys: string
  let ca: string
  const folder = mkdtempSync(join(tmpdir(), `chart-services-${process.pid}-`))

  beforeAll(async () => {
    ;({ keys, ca } = await brokerSecrets())
    broker = await startBroker({ open: false })
    manifests = await render({
      example: 'production',
      // Nothing listens there, as when the database is away.
      values: {
        settings: {
          NATS_URL: `tls://127.0.0.1:${broker.port}`,
          NATS_STREAM_REPLICAS: '1',
          APVS_DATABASE_SERVER: '127.0.0.1,9',
        },
      },
    })
  })
  afterAll(async () => {
    await broker?.stop()
    rmSync(folder, { recursive: true })
  })

  it.each(serviceNames)('of %s starts, answers its probes, and is who it is to the broker', async (name) => {
    const pod = podsOf(manifests).find(({ component }) => component === name)
    if (!pod) throw new Error(`no pod of ${name}`)
    // Its port is the pod's own; here others may have it.
    const service = new ServiceProcess(name, {
      env: { ...environment(pod), PORT: '0' },
      onLine: () => undefined,
    })
    try {
      const port = await Promise.race([
        service.listening,
        service.ended.then(() => Promise.reject(new Error(service.lastLines.join('\n')))),
      ])
      const [container] = pod.spec.containers
      const probe = (path = '') => fetch(`http://127.0.0.1:${port}${path}`)
      expect((await probe(container?.startupProbe?.httpGet?.path)).status).toBe(200)
      expect((await probe(container?.livenessProbe?.httpGet?.path)).status).toBe(200)
      await until(
        `${name} is let in by the broker, and waits for the database`,
        async () => {
          const answer = await probe('/health/readiness')
          const { details } = (await answer.json()) as { details?: Record<string, { status: string }> }
          return (
            answer.status === 503 &&
            details?.['nats']?.status === 'up' &&
            details['database']?.status === 'down'
          )
        },
        30_000,
        50,
      )
      // Its predecessor would wait, too.
      expect((await probe(container?.readinessProbe?.httpGet?.path)).status).toBe(200)
    } finally {
      service.killNow()
      await service.ended
    }
  })

  function environment(pod: PodTemplate): Record<string, string> {
    const given = [...environmentOf(pod, manifests)].map(([name, source]) => [name, valueOf(name, source)])
    return { PATH: process.env['PATH'] ?? '', ...(Object.fromEntries(given) as Record<string, string>) }
  }

  function valueOf(name: string, source: Source): string {
    if ('text' in source) return source.text
    const content = contentOf(source)
    if (content === undefined) return `secret-of-${name.toLowerCase()}`
    const file = join(folder, name)
    writeFileSync(file, content)
    return file
  }

  const configMaps: Record<string, () => string | Uint8Array> = {
    'hwpv-nats-ca': () => readFileSync(ca),
    'hwpv-notification-templates': () => JSON.stringify(templates24),
  }

  /** What is mounted as a file: the broker's keys, its authority, Notify's templates, webhooks' secrets, the finance workbook. */
  function contentOf(source: Exclude<Source, { text: string }>): string | Uint8Array | undefined {
    if ('configMap' in source) return (configMaps[source.configMap] ?? macroWorkbook)()
    if (source.secret === 'hwpv-webhooks') return JSON.stringify({ statistics: signingKeys.first })
    const user = serviceNames.find((each) => source.secret === `hwpv-nats-${each}`)
    return user && readFileSync(seedFile(keys, user))
  }
})
