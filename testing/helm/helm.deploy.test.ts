import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { isNear } from '#shared/config'
import { upstreamNames } from '#shared/contracts'
import { commands } from '../../apps/ops/src/commands/index.js'
import { projectRoot } from '../../tools/project-root.js'
import { allVariables } from '../../tools/settings/index.js'
import { chartFolder, findHelm, upstreams } from './index.js'

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
    const addresses = Object.values(upstreams).map(({ address }) => address)
    const urls = allVariables().filter(
      ({ name, services }) => services?.length === 1 && name.endsWith('_URL'),
    )
    // One stands in emails, the other is where browsers find the console: no service calls either.
    const ours = ['APVS_EXTERNAL_SERVICE_URL', 'CONSOLE_URL']
    const called = urls.map(({ name }) => name).filter((name) => !ours.includes(name))
    expect(addresses).toEqual(expect.arrayContaining(called))
  })
})

describe('what the chart tells an operator', () => {
  it.each(['README.md', 'templates/NOTES.txt'])('in %s names only commands of ops there are', (path) => {
    const named = [...read(path).matchAll(/(?:hwpv-|`)ops ([a-z][a-z-]*)/g)].map(([, name]) => name ?? '')
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

describe('the settings', () => {
  const ofKind = (wanted: string) =>
    allVariables()
      .filter(({ kind }) => kind === wanted)
      .map(({ name }) => name)

  it('are secret where they hold one', () => {
    expect(ofKind('secrets')).toEqual(
      expect.arrayContaining([
        'APVS_NOTIFY_API_KEY',
        'APVS_ASYNC_WORKER_PASSWORD',
        'AWS_ACCESS_KEY_ID',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'APVS_DWP_BENEFIT_CHECKER_CLIENTUSERID',
        'OTEL_EXPORTER_OTLP_HEADERS',
        'CHAT_WEBHOOK_URL',
      ]),
    )
    const looksSecret = /(PASSWORD|API_KEY|ACCESS_KEY|TOKEN|WEBHOOK_URL|HEADERS|_SECRET)$/
    expect([...ofKind('settings'), ...ofKind('files')].filter((name) => looksSecret.test(name))).toEqual([])
  })

  it('are otherwise text, or the path of a file', () => {
    expect(ofKind('files')).toEqual(
      expect.arrayContaining(['NATS_NKEY_SEED_FILE', 'NATS_CA', 'NATS_KEY', 'APVS_ADI_TEMPLATE_PATH']),
    )
    expect(ofKind('files')).toContain('OTEL_EXPORTER_OTLP_CERTIFICATE')
    expect(ofKind('settings')).toEqual(
      expect.arrayContaining(['APVS_EXTERNAL_PATH_TECHNICAL_HELP', 'DATABASE_TRUST_SERVER_CERTIFICATE']),
    )
  })

  it('have names that are no slip of the hand from one another: one would be taken for the other', () => {
    const names = [...new Set(allVariables().map(({ name }) => name))]
    const near = names.flatMap((name) =>
      names.filter((other) => other !== name && isNear(name, other)).map((other) => `${name} ${other}`),
    )
    expect(near).toEqual([])
  })
})

describe('helm', () => {
  it('is not something else of that name', async () => {
    await expect(findHelm({ env: { HELM_BIN: '/bin/true' } })).rejects.toThrow('/bin/true is no helm')
  })
})
