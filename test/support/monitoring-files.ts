import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { projectRoot } from '../../tools/project-root.js'

export interface Rule {
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export interface RuleTest {
  readonly name: string
  readonly alert_rule_test?: readonly {
    readonly alertname: string
    readonly eval_time: string
    readonly exp_alerts?: readonly unknown[]
  }[]
}

export interface Target {
  readonly refId: string
  readonly expr: string
  readonly legendFormat: string
}

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly Target[]
}

export interface Dashboard {
  readonly id: number | null
  readonly uid: string
  readonly schemaVersion: number
  readonly panels: readonly Panel[]
  readonly annotations: { readonly list: readonly { readonly expr: string }[] }
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly definition?: string }[]
  }
}

export const prometheusFolder = join(projectRoot, 'deploy', 'prometheus')
export const ruleFiles = ['alerts.yaml', 'recording.yaml'].map((name) => join(prometheusFolder, name))
export const ruleTestFiles = readdirSync(join(prometheusFolder, 'tests')).map((name) =>
  join(prometheusFolder, 'tests', name),
)

export const exampleConfig = join(prometheusFolder, 'example', 'prometheus.yaml')

const read = (path: string): string => readFileSync(path, 'utf8')

export const rules: readonly Rule[] = ruleFiles
  .map((path) => parse(read(path)) as { groups: { rules: Rule[] }[] })
  .flatMap(({ groups }) => groups.flatMap((group) => group.rules))

export const ruleTests: readonly RuleTest[] = ruleTestFiles.flatMap(
  (path) => (parse(read(path)) as { tests: RuleTest[] }).tests,
)

export const dashboardText = read(join(projectRoot, 'deploy', 'grafana', 'hwpv-async-services.json'))
export const dashboard = JSON.parse(dashboardText) as Dashboard

/** The job of each service in the example, and its port. */
export const exampleTargets: readonly (readonly [job: string, port: number])[] = (
  parse(read(exampleConfig)) as {
    scrape_configs: { job_name: string; static_configs: [{ targets: [string] }] }[]
  }
).scrape_configs.map(({ job_name, static_configs: [{ targets }] }) => [
  job_name,
  Number(targets[0].split(':')[1]),
])

export const runbook = read(join(projectRoot, 'docs', 'runbook.md'))
