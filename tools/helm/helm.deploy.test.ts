import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { upstreamNames } from '#shared/contracts'
import { commands } from '../../apps/ops/src/commands/index.js'
import { projectRoot } from '../project-root.js'
import { allVariables, chartFolder, findHelm, linkSettings, upstreams } from './index.js'
import { kindOf, variablesIn } from './variables.js'

const read = (path: string): string => {
  const file = join(chartFolder, path)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

describe('the Helm chart', () => {
  it('is of the version of the services', () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
      version: string
    }
    expect((parse(read('Chart.yaml')) as { appVersion: string }).appVersion).toBe(version)
  })

  it('knows every upstream, and every address that a service calls', () => {
    expect(Object.keys(upstreams)).toEqual(expect.arrayContaining([...upstreamNames]))
    const addresses = Object.values(upstreams)
      .flatMap(({ address }) => address ?? [])
      .filter((name) => kindOf(name) === 'settings')
    const called = allVariables().filter(
      ({ name, services, kind }) => services?.length === 1 && kind === 'settings' && name.endsWith('_URL'),
    )
    expect(called.map(({ name }) => name).sort()).toEqual([...addresses, ...linkSettings].sort())
  })
})

describe('what the chart tells an operator', () => {
  it.each(['README.md', 'templates/NOTES.txt'])('in %s names only commands of ops there are', (path) => {
    const named = [...read(path).matchAll(/(?:main\.js |`)ops ([a-z-]+)/g)].map(([, name]) => name ?? '')
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((name) => !Object.hasOwn(commands, name))).toEqual([])
  })

  it('makes the Secrets that the values name', () => {
    const page = read('README.md')
    const values = read('values.yaml')
    const made = [...page.matchAll(/Secret `([a-z-]+)`|secret generic ([a-z-]+)/g)].map(
      ([, a, b]) => a ?? b ?? '',
    )
    expect(made.length).toBeGreaterThan(3)
    expect(made.filter((name) => !values.includes(`secret: ${name},`))).toEqual([])
  })
})

describe('the variables of docs/settings.md', () => {
  it('are told from its tables, with what is short for more', () => {
    const page = `# Settings
## Every service
| \`PORT\` | 1 | of the health endpoints |
| \`DATABASE_CA\`, \`A_PASSWORD\` | none | |
## notifier
| \`APVS_X_URL\`, \`…_NAME\` | none, needed | |
## Documents
| \`BUCKET\` | none | |
## Tools
| \`TESTS=mssql\` | | |`
    expect(variablesIn(page, ['daily-tasks'])).toEqual([
      { name: 'PORT', kind: 'chart', needed: false },
      { name: 'DATABASE_CA', kind: 'files', needed: false },
      { name: 'A_PASSWORD', kind: 'secrets', needed: false },
      { name: 'APVS_X_URL', kind: 'settings', needed: true, services: ['notifier'] },
      { name: 'APVS_X_NAME', kind: 'settings', needed: true, services: ['notifier'] },
      { name: 'BUCKET', kind: 'settings', needed: false, services: ['daily-tasks'] },
    ])
  })

  it.each([
    'APVS_NOTIFY_API_KEY',
    'APVS_ASYNC_WORKER_PASSWORD',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'APVS_DWP_BENEFIT_CHECKER_CLIENTUSERID',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'CHAT_WEBHOOK_URL',
  ])('are secret where they hold one: %s', (name) => {
    expect(kindOf(name)).toBe('secrets')
  })

  it('are otherwise text, or the path of a file', () => {
    const files = allVariables().filter(({ kind }) => kind === 'files')
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['NATS_NKEY_SEED_FILE', 'NATS_CA', 'NATS_KEY', 'APVS_ADI_TEMPLATE_PATH']),
    )
    expect(kindOf('OTEL_EXPORTER_OTLP_CERTIFICATE')).toBe('files')
    for (const name of ['APVS_EXTERNAL_PATH_TECHNICAL_HELP', 'DATABASE_TRUST_SERVER_CERTIFICATE'])
      expect(kindOf(name)).toBe('settings')
  })
})

describe('helm', () => {
  it('is not something else of that name', async () => {
    await expect(findHelm({ env: { HELM_BIN: '/bin/true' } })).rejects.toThrow('/bin/true is no helm')
  })
})
