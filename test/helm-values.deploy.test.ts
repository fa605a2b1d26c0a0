import { describe, expect, it } from 'vitest'
import { render } from './support/helm/chart.js'

const service = (name: string, values: object): object => ({ services: { [name]: values } })

/** Values over the production ones, and what helm says of them. */
const refused: [string, object, RegExp[]][] = [
  [
    'a secret in plain text',
    service('notifier', { settings: { APVS_NOTIFY_API_KEY: 'plain' } }),
    [/services\/notifier\/settings.*'APVS_NOTIFY_API_KEY' not allowed/],
  ],
  [
    'a secret by its value',
    { secrets: { APVS_ASYNC_WORKER_PASSWORD: 'plain' } },
    [/got string, want object/],
  ],
  [
    'a value beside a reference',
    { secrets: { APVS_ASYNC_WORKER_PASSWORD: { value: 'plain' } } },
    [/APVS_ASYNC_WORKER_PASSWORD.*'value' not allowed/],
  ],
  ['a mistyped variable', { settings: { NATS_URLS: 'tls://a' } }, [/settings.*'NATS_URLS' not allowed/]],
  [
    "another service's variable",
    service('notifier', { settings: { RELAY_POLL_MS: '5' } }),
    [/services\/notifier\/settings.*'RELAY_POLL_MS' not allowed/],
  ],
  [
    'a number where text belongs',
    { settings: { NATS_STREAM_REPLICAS: 3 } },
    [/settings\/NATS_STREAM_REPLICAS.*got number, want string/],
  ],
  ['a port of its own', { settings: { PORT: '80' } }, [/settings.*'PORT' not allowed/]],
  [
    'a login to the broker for all',
    { files: { NATS_CREDS: { secret: 'a', key: 'b' } } },
    [/'NATS_CREDS' not allowed/],
  ],
  ['an unknown service', service('courier', { replicas: 1 }), [/services.*'courier' not allowed/]],
  ['an unknown value', { replicaCount: 2 }, [/'replicaCount' not allowed/]],
  ['no replica', service('scheduler', { replicas: 0 }), [/scheduler\/replicas.*minimum/]],
  [
    'a scaled scheduler',
    service('scheduler', { scaling: { minReplicas: 1 } }),
    [/scheduler.*'scaling' not allowed/],
  ],
  [
    'the benefit checker on without its address',
    service('dwp-checker', { settings: { APVS_DWP_BENEFIT_CHECKER_URL: '' } }),
    [/APVS_DWP_BENEFIT_CHECKER_URL.*minLength/],
  ],
  ['KEDA without figures from NATS', { keda: { natsMonitoring: '' } }, [/keda\/natsMonitoring.*minLength/]],
  [
    'a policy that forgets NATS',
    { networkPolicy: { nats: { to: [] } } },
    [/networkPolicy\.nats\.to is empty/],
  ],
  [
    'a policy that forgets an upstream',
    { networkPolicy: { upstreams: { helpdesk: { to: [] } } } },
    [/networkPolicy\.upstreams\.helpdesk\.to is empty/],
  ],
  [
    'a host name in a policy',
    { networkPolicy: { database: { to: [{ host: 'sql.example.org' }] } } },
    [/database\/to\/0.*'host' not allowed/],
  ],
]

describe('values', () => {
  it.each(refused)('with %s are refused', async (_, values, messages) => {
    const said = await render({ example: 'production', values }).then(
      () => 'nothing',
      (error: Error) => error.message,
    )
    for (const message of messages) expect(said).toMatch(message)
  })

  it('that are only the defaults name what is missing', async () => {
    const said = await render({}).catch((error: Error) => error.message)
    for (const missing of [
      "'NATS_URL', 'APVS_DATABASE_SERVER', 'APVS_DATABASE', 'AWS_S3_BUCKET_NAME'",
      '/image/repository',
      "'APVS_ARCHIVE_DATABASE'",
      'APVS_NOTIFY_SUBMIT_CLAIM_EMAIL_TEMPLATE_ID',
    ])
      expect(said).toContain(missing)
  })

  it('may say that a service asks nobody, and no policy is asked for then', async () => {
    const values = {
      ...service('notifier', { settings: { APVS_ZENDESK_ENABLED: 'false' } }),
      networkPolicy: { upstreams: { helpdesk: { to: [] } } },
    }
    expect((await render({ example: 'production', values })).length).toBeGreaterThan(40)
  })
})
