import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { findPromtool, runPromtool } from '../tools/promtool/index.js'
import { dashboard, exampleConfig, ruleFiles, ruleTestFiles } from './support/monitoring-files.js'

let folder: string
beforeAll(async () => {
  await findPromtool()
  folder = await mkdtemp(join(tmpdir(), 'monitoring-test-'))
}, 180_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

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
      said: expect.stringMatching(/SUCCESS: \d+ rules found/) as string,
    })
  })

  it('holds alerts that fire when they must, and only then', async () => {
    const { code, said } = await runPromtool(['test', 'rules', ...ruleTestFiles])
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('SUCCESS') as string })
  }, 300_000)
})

describe('deploy/prometheus/example', () => {
  it('is a configuration that Prometheus takes, with the rules it names', async () => {
    const { code, said } = await runPromtool(['check', 'config', exampleConfig])
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('2 rule files found') as string })
  })
})

describe('the dashboard', () => {
  it('asks what Prometheus understands', async () => {
    const expressions = [
      ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ...dashboard.annotations.list.map(({ expr }) => expr),
    ]
    expect(expressions.length).toBeGreaterThan(40)
    expect(expressions.map(filledIn).filter((expr) => expr.includes('$'))).toEqual([])
    const { code, said } = await checkExpressions('dashboard', expressions)
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('SUCCESS') as string })
  })

  it('would be found out if it did not', async () => {
    const { code, said } = await checkExpressions('broken', ['sum by (handler) (rate(hwpv_dead_letters))'])
    expect(code).not.toBe(0)
    expect(said).toContain('expected type range vector')
  })
})
