import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { findPromtool, runPromtool } from '../testing/promtool/index.js'
import { serviceNames } from '../testing/services/index.js'
import { dashboard, exampleConfig, ruleFiles, rules, ruleTestFiles } from './support/monitoring-files.js'
import { namedIn } from './support/promql.js'
import { System } from './support/system.js'

let folder: string
beforeAll(async () => {
  await findPromtool()
  folder = await mkdtemp(join(tmpdir(), 'monitoring-test-'))
}, 180_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const targets = dashboard.panels.flatMap(({ targets = [] }) => targets)

/** As Grafana would send it. */
const filledIn = (expression: string): string =>
  expression.replaceAll('$__rate_interval', '2m').replaceAll(/\$(?:namespace|job|handler)\b/g, '.*')

async function checkExpressions(name: string, expressions: readonly string[]) {
  const file = join(folder, `${name}.yaml`)
  const rules = expressions.map((expr, place) => ({ record: `${name}:${place}`, expr: filledIn(expr) }))
  await writeFile(file, stringify({ groups: [{ name, rules }] }))
  return runPromtool(['check', 'rules', file])
}

describe('deploy/prometheus', () => {
  it('holds rules that Prometheus takes, without duplicates', async () => {
    const { code, said } = await runPromtool(['check', 'rules', '--lint=all', '--lint-fatal', ...ruleFiles])
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringMatching(/SUCCESS: \d+ rules found/),
    })
  })

  it('holds alerts that fire when they must, and only then', async () => {
    const { code, said } = await runPromtool(['test', 'rules', ...ruleTestFiles])
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('SUCCESS') })
  }, 300_000)
})

describe('deploy/prometheus/example', () => {
  it('is a configuration that Prometheus takes, with the rules it names', async () => {
    const { code, said } = await runPromtool(['check', 'config', exampleConfig])
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('2 rule files found') })
  })
})

describe('the dashboard', () => {
  it('asks what Prometheus understands', async () => {
    const expressions = [
      ...targets.map(({ expr }) => expr),
      ...dashboard.annotations.list.map(({ expr }) => expr),
    ]
    expect(expressions.length).toBeGreaterThan(40)
    expect(expressions.map(filledIn).filter((expr) => expr.includes('$'))).toEqual([])
    const { code, said } = await checkExpressions('dashboard', expressions)
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('SUCCESS') })
  })

  it('would be found out if it did not', async () => {
    const { code, said } = await checkExpressions('broken', ['sum by (handler) (rate(hwpv_dead_letters))'])
    expect(code).not.toBe(0)
    expect(said).toContain('expected type range vector')
  })
})

describe('what the services show', () => {
  const shown = /^# TYPE (\S+) (\w+)$/gm
  let system: System | undefined
  afterAll(() => system?.stop())

  it('is well made, and has all that the rules and the dashboard ask for', async () => {
    system = await System.start({ services: serviceNames })
    await recordRun(system)
    const texts = await Promise.all([...system.services.values()].map(scrape))
    const own = texts.map(withoutProcess)
    for (const text of own) {
      expect(text).toContain('hwpv_nats_connected 1')
      expect(await runPromtool(['check', 'metrics'], text)).toEqual({ code: 0, said: '' })
    }
    const names = texts
      .flatMap((text) => [...text.matchAll(shown)])
      .flatMap(([, name = '', type = '']) =>
        type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name],
      )
    const asked = [...rules, ...targets].flatMap(({ expr }) => namedIn(expr).selectors)
    const missing = asked.map(({ metric }) => metric).filter((metric) => !names.includes(metric))
    expect(missing.filter((metric) => /^(hwpv|nodejs|process)_/.test(metric))).toEqual([])
  })

  it('would be found out if it were not', async () => {
    const { code, said } = await runPromtool(['check', 'metrics'], '# TYPE hwpv_lost counter\nhwpv_lost 1\n')
    expect(code).toBe(3)
    expect(said).toContain('counter metrics should have "_total" suffix')
  })
})

async function scrape({ port }: { readonly port: number }): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(response.status).toBe(200)
  return response.text()
}

/** Some of prom-client's own names are not as promtool likes them. */
const withoutProcess = (text: string): string =>
  text.replaceAll(/^(?:# (?:HELP|TYPE) )?(?!#|hwpv_)\S.*\n/gm, '')

/** A job that was never fired has nothing to show. */
async function recordRun({ connection, clock }: System): Promise<void> {
  const now = clock.now()
  await connection.db
    .insertInto('AsyncSchema.ScheduleRun')
    .values({ Job: 'daily', RunDate: '2020-01-01', DateDue: now, DateFired: now })
    .execute()
}
