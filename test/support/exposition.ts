/** One line of numbers. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A metric with its samples. */
export interface Exposed {
  readonly help: string
  readonly type: string
  readonly samples: Sample[]
}

const helpLine = /^# HELP ([a-zA-Z_:][\w:]*) (\S.*)$/
const typeLine = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary)$/
// prom-client writes `Nan`, which Prometheus reads.
const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (NaN|Nan|[+-]Inf|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/
const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
}

/**
 * Reads the text format of Prometheus, version 0.0.4, by the letter and somewhat stricter: each metric has one HELP, one
 * TYPE and then all its samples, each of them once, and the buckets of a histogram add up.
 * @throws naming the line that is wrong
 */
export function readExposition(text: string): Map<string, Exposed> {
  if (!text.endsWith('\n')) throw new Error('the last line is cut')
  const metrics = new Map<string, Exposed>()
  const seen = new Set<string>()
  let help: RegExpExecArray | undefined
  let current = ''
  for (const line of text.split('\n')) {
    if (line === '') continue
    const wrong = (why: string) => new Error(`${why}: ${line}`)
    const [type, sample] = [typeLine.exec(line), sampleLine.exec(line)]
    if (helpLine.test(line)) {
      help = helpLine.exec(line) ?? undefined
    } else if (type) {
      const [, name = '', kind = ''] = type
      if (help?.[1] !== name) throw wrong('no HELP before it')
      if (metrics.has(name)) throw wrong('a second time')
      metrics.set(name, { help: help[2] ?? '', type: kind, samples: [] })
      current = name
    } else if (sample) {
      const [, name = '', labels = '', value = ''] = sample
      const metric = metrics.get(current)
      const suffix = name.startsWith(current) ? name.slice(current.length) : 'none'
      if (!metric || !suffixes[metric.type]?.includes(suffix)) throw wrong('not of the metric above')
      const read = {
        name,
        labels: readLabels(labels, wrong),
        value: Number(value.replace('Inf', 'Infinity')),
      }
      const key = `${name} ${JSON.stringify(Object.entries(read.labels).sort())}`
      if (seen.has(key)) throw wrong('a second time')
      seen.add(key)
      metric.samples.push(read)
    } else throw wrong('neither comment nor sample')
  }
  for (const [name, metric] of metrics) if (metric.type === 'histogram') checkBuckets(name, metric.samples)
  return metrics
}

function readLabels(text: string, wrong: (why: string) => Error): Record<string, string> {
  const labels: Record<string, string> = {}
  label.lastIndex = 0
  while (label.lastIndex < text.length) {
    const [, name = '', value = ''] = label.exec(text) ?? []
    if (!name) throw wrong('a label that cannot be read')
    if (name in labels) throw wrong('a label twice')
    labels[name] = value.replace(/\\(["\\n])/g, (_, character: string) =>
      character === 'n' ? '\n' : character,
    )
  }
  return labels
}

function checkBuckets(name: string, samples: readonly Sample[]): void {
  const series = groupBy(samples, ({ labels }) => {
    const others = Object.entries(labels).filter(([label]) => label !== 'le')
    return JSON.stringify(others.sort())
  })
  for (const [labels, lines] of series) {
    const buckets = lines.filter((each) => each.name === `${name}_bucket`)
    const count = lines.find((each) => each.name === `${name}_count`)?.value
    const ascending = buckets.every(({ value }, i) => i === 0 || value >= (buckets[i - 1]?.value ?? 0))
    const last = buckets.at(-1)
    if (!ascending || last?.labels.le !== '+Inf' || last.value !== count)
      throw new Error(`the buckets of ${name} ${labels} do not add up`)
  }
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value])
  return groups
}
