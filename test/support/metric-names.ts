import { collectDefaultMetrics, Registry } from 'prom-client'
import { metrics, scrapedGauges } from '#shared/telemetry'

/** The labels of every metric the services have. */
export type MetricLabels = Readonly<Record<string, readonly string[]>>

type Entry = readonly [name: string, labels: readonly string[]]

const counted = Object.values(metrics).flatMap(({ type, name, labelNames }): Entry[] =>
  type === 'histogram'
    ? [
        [`${name}_bucket`, [...labelNames, 'le']],
        [`${name}_sum`, labelNames],
        [`${name}_count`, labelNames],
      ]
    : [[name, labelNames]],
)

const asked = Object.values(scrapedGauges).map(({ name, labelNames }): Entry => [name, labelNames])

/** What prom-client says of the process. The labels some of them have are used nowhere. */
function processMetrics(): MetricLabels {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return Object.fromEntries(registry.getMetricsAsArray().map(({ name }) => [name, []]))
}

/** As their service has them, the labels that the scrape adds left out. */
export const serviceMetrics: MetricLabels = {
  ...Object.fromEntries([...counted, ...asked]),
  ...processMetrics(),
}
