import { metrics, scrapedGauges } from '#shared/telemetry'
import { table } from './pages.js'

interface Declared {
  readonly name: string
  readonly type: string
  readonly labelNames: readonly string[]
  readonly help: string
}

/** What is counted as it happens. */
export const countedTable = (): string => metricTable(Object.values(metrics))

/** What is asked for at each scrape. */
export const scrapedTable = (): string =>
  metricTable(Object.values(scrapedGauges).map((gauge) => ({ ...gauge, type: 'gauge' })))

const metricTable = (declared: readonly Declared[]): string =>
  table(
    ['name', 'type', 'labels', 'what it says'],
    declared.map(({ name, type, labelNames, help }) => [
      `\`${name}\``,
      type,
      labelNames.map((label) => `\`${label}\``).join(', '),
      help,
    ]),
  )
