import { describe, expect, it } from 'vitest'
import { policies } from '#shared/messaging'
import { serviceNames } from '../testing/services/index.js'
import { services } from '../apps/index.js'
import { serviceMetrics, type MetricLabels } from './support/metric-names.js'
import {
  dashboard,
  dashboardText,
  exampleTargets,
  rules,
  ruleTests,
  runbook,
  type Rule,
} from './support/monitoring-files.js'
import { namedIn } from './support/promql.js'

/** What the scrape adds to each series. */
const targetLabels = ['namespace', 'job', 'instance']

/** Not from the services. */
const otherMetrics: MetricLabels = {
  up: [],
  ALERTS: ['alertname', 'alertstate', 'severity'],
  kube_deployment_spec_replicas: ['deployment'],
  kube_deployment_status_replicas_available: ['deployment'],
}

const recorded: MetricLabels = Object.fromEntries(
  rules.flatMap(({ record, expr }) => (record ? [[record, namedIn(expr).groupings]] : [])),
)

const labelsOf = (metric: string): readonly string[] | undefined => {
  const scraped = serviceMetrics[metric] ?? otherMetrics[metric]
  return scraped ? [...scraped, ...targetLabels] : recorded[metric]
}

/** Metrics and labels that an expression names and nobody has; labels it makes itself are told by `made`. */
function unknownIn(expression: string, made: readonly string[] = []): string[] {
  const { selectors, groupings } = namedIn(expression)
  const known = selectors.flatMap(({ metric }) => labelsOf(metric) ?? [])
  return [
    ...selectors.filter(({ metric }) => !labelsOf(metric)).map(({ metric }) => metric),
    ...selectors.flatMap(({ metric, labels }) =>
      labels.filter((label) => !labelsOf(metric)?.includes(label)).map((label) => `${metric}{${label}}`),
    ),
    ...groupings.filter((label) => !known.includes(label) && !made.includes(label)),
  ]
}

const labelsMade = (expression: string): string[] =>
  [...expression.matchAll(/label_replace\([^"]*(?:\{[^}]*\})?[^"]*"(\w+)"/g)].map(([, label]) => label ?? '')

const alerts = rules.filter((rule): rule is Rule & { alert: string } => rule.alert !== undefined)
const alertNames = [...new Set(alerts.map(({ alert }) => alert))]
const targets = dashboard.panels.flatMap(({ targets = [], title }) =>
  targets.map((target) => ({ title, ...target })),
)

describe('what an expression names', () => {
  it('is told from its functions, words, strings and durations', () => {
    const expression =
      'sum by (handler, le) (rate(a_bucket{outcome="not{b}", job=~\'x\'}[5m] offset 1h)) / on (job) group_left c:d:e > bool 0 unless f'
    expect(namedIn(expression)).toEqual({
      selectors: [
        { metric: 'a_bucket', labels: ['outcome', 'job'] },
        { metric: 'c:d:e', labels: [] },
        { metric: 'f', labels: [] },
      ],
      groupings: ['handler', 'le', 'job'],
    })
  })

  it('is known, or named as unknown', () => {
    expect(unknownIn('sum by (upstream) (hwpv_dead_letters{reason="x"}) + nobody_has_this')).toEqual([
      'nobody_has_this',
      'hwpv_dead_letters{reason}',
      'upstream',
    ])
  })
})

describe('the rules', () => {
  it.each(rules.map(({ alert, record, expr }) => [alert ?? record, expr] as const))(
    '%s names metrics and labels there are',
    (_, expr) => {
      expect(unknownIn(expr, labelsMade(expr))).toEqual([])
    },
  )

  it('expect the services there are', () => {
    const gone = alerts.find(({ alert }) => alert === 'HwpvServiceGone')
    const expected = [...(gone?.expr.matchAll(/"hwpv-([a-z-]+)"/g) ?? [])].map(([, name]) => name)
    expect(expected).toEqual(serviceNames)
    const replicas = alerts.find(({ alert }) => alert === 'HwpvReplicasMissing')
    expect(replicas?.expr).toContain(`(${serviceNames.join('|')})`)
  })

  it('know which handler waits for which upstream', () => {
    const held = rules.find(({ record }) => record === 'namespace_handler:hwpv_handler_held_up:max')
    const pairs = [...(held?.expr.matchAll(/upstream="([a-z-]+)"\}, "handler", "([a-z-]+)"/g) ?? [])]
    const waiting = Object.entries(policies).flatMap(([handler, policy]) =>
      'upstream' in policy ? [`${handler} ${policy.upstream}`] : [],
    )
    expect(pairs.map(([, upstream, handler]) => `${handler} ${upstream}`).sort()).toEqual(waiting.sort())
  })
})

describe('the metrics of the services', () => {
  // Prometheus would move such a label out of the way, or not, as the scrape is set.
  it('have no label that the scrape adds too', () => {
    const labels = Object.values(serviceMetrics).flat()
    expect(labels.filter((label) => targetLabels.includes(label))).toEqual([])
  })
})

describe('the example of a scrape', () => {
  it('has every service, by the name the rules know, at its port', () => {
    expect(exampleTargets).toEqual(services.map(({ name, port }) => [`hwpv-${name}`, port]))
  })
})

describe('every alert', () => {
  it('says how urgent it is, and what to do', () => {
    for (const { alert, labels, annotations } of alerts) {
      expect([alert, ['page', 'ticket'].includes(labels?.['severity'] ?? '')]).toEqual([alert, true])
      expect([alert, Object.keys(annotations ?? {})]).toEqual([
        alert,
        ['summary', 'description', 'runbook_url'],
      ])
    }
  })

  it('is named by the entry of the runbook that it leads to, and by no other', () => {
    const entries = runbook.split(/^## /m).slice(1)
    const named = entries.flatMap((entry) => {
      const anchor = anchorOf(entry.slice(0, entry.indexOf('\n')))
      const line = /^\*\*Alarms\*\* (.*)$/m.exec(entry)?.[1] ?? ''
      return [...line.matchAll(/`(\w+)`/g)].map(([, alert]) => `${alert} docs/runbook.md#${anchor}`)
    })
    const led = alerts.map(({ alert, annotations }) => `${alert} ${annotations?.['runbook_url']}`)
    expect(named.sort()).toEqual([...new Set(led)].sort())
  })

  it.each(alertNames)('%s has a test in which it fires and one in which it does not', (name) => {
    const cases = ruleTests
      .flatMap(({ alert_rule_test }) => alert_rule_test ?? [])
      .filter(({ alertname }) => alertname === name)
    expect(cases.some(({ exp_alerts }) => exp_alerts?.length)).toBe(true)
    expect(cases.some(({ exp_alerts }) => !exp_alerts?.length)).toBe(true)
  })
})

describe('the dashboard', () => {
  it('is one that Grafana takes, with no data source of its own', () => {
    expect(dashboard).toMatchObject({ id: null, uid: 'hwpv-async-services' })
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39)
    const sources = [...dashboardText.matchAll(/"uid": "([^"]*)"/g)].map(([, uid]) => uid)
    expect(new Set(sources)).toEqual(new Set(['hwpv-async-services', '${datasource}']))
  })

  it.each(targets)('$title ($refId) names metrics and labels there are', ({ expr, legendFormat }) => {
    expect(unknownIn(expr)).toEqual([])
    const { selectors, groupings } = namedIn(expr)
    const shown = expr.includes(' by (')
      ? groupings
      : selectors.flatMap(({ metric }) => labelsOf(metric) ?? [])
    const inLegend = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label)
    expect(inLegend.filter((label) => !shown.includes(label ?? ''))).toEqual([])
  })

  it('uses the variables it has, and no others', () => {
    const variables = dashboard.templating.list.map(({ name }) => name)
    const used = [...dashboardText.matchAll(/\$\{?([a-z]\w*)/g)].map(([, name]) => name)
    expect([...new Set(used)].sort()).toEqual([...variables].sort())
  })

  it('shows the jobs there are', () => {
    const jobs = Object.entries(policies).flatMap(([name, { timeOutMs }]) =>
      timeOutMs === 600_000 ? [name] : [],
    )
    const shown = targets.filter(({ title }) => title === 'Jobs that have not ended').map(({ expr }) => expr)
    expect(
      /handler=~"([a-z|-]+)"/
        .exec(shown[0] ?? '')?.[1]
        ?.split('|')
        .sort(),
    ).toEqual(jobs.sort())
  })

  it('has panels that lie beside and below each other, each with an id of its own', () => {
    const { panels } = dashboard
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([])
    for (const { title, type, targets: asked = [] } of panels) {
      expect([title, asked.length > 0]).toEqual([title, type !== 'row'])
      expect([title, new Set(asked.map(({ refId }) => refId)).size]).toEqual([title, asked.length])
    }
  })
})

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z -]/g, '')
    .replaceAll(' ', '-')
