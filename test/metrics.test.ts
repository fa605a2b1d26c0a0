import { describe, expect, it } from 'vitest'
import { countedRegistry, metrics, scrapedGauges } from '#shared/telemetry'

interface Declared {
  readonly name: string
  readonly type: string
  readonly labelNames: readonly string[]
  readonly help: string
}

const declared: Declared[] = [
  ...Object.values(metrics),
  ...Object.values(scrapedGauges).map((gauge) => ({ ...gauge, type: 'gauge' })),
]

describe('the names of the metrics', () => {
  it.each(declared)('$name', ({ name, type, labelNames, help }) => {
    expect(name).toMatch(/^hwpv_[a-z]+(_[a-z]+)*$/)
    // A counter, and nothing else, ends in `_total`; a time is in seconds.
    expect(name.endsWith('_total')).toBe(type === 'counter')
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|count|sum|bucket)(_|$)/)
    if (type === 'histogram') expect(name).toMatch(/_seconds$/)
    expect(help).toMatch(/^[A-Z].*\.$/)
    for (const label of labelNames) {
      expect(label).toMatch(/^[a-z]+$/)
      // What each message or claim has of its own would be a series for each.
      expect(['reference', 'id', 'message', 'claim', 'path', 'le', 'quantile']).not.toContain(label)
    }
  })

  it('are each given once, and those that are counted are in the registry', () => {
    const names = declared.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name } of Object.values(metrics))
      expect(countedRegistry().getSingleMetric(name)).toBeDefined()
  })
})
