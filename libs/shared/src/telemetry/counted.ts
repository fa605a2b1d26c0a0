import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { metrics, type DeclaredMetric } from './metrics.js'
import { currentService } from './service-scope.js'

type Labels<Declared> = Declared extends DeclaredMetric<infer Label> ? Label : never

/** prom-client's own, of each metric that is declared. */
type Counted = {
  readonly [Key in keyof typeof metrics]: {
    readonly counter: Counter<Labels<(typeof metrics)[Key]>>
    readonly gauge: Gauge<Labels<(typeof metrics)[Key]>>
    readonly histogram: Histogram<Labels<(typeof metrics)[Key]>>
  }[(typeof metrics)[Key]['type']]
}

interface OfService {
  readonly registry: Registry
  readonly counted: Counted
}

const ofServices = new Map<string, OfService>()

/** What the service whose work is being done counts in: of several in one process each counts for itself. */
export const counted = (): Counted => ofCurrentService().counted

/** For who shows it. */
export const countedRegistry = (): Registry => ofCurrentService().registry

function ofCurrentService(): OfService {
  const service = currentService() ?? ''
  const known = ofServices.get(service)
  if (known) return known
  const registry = new Registry()
  const entries = Object.entries(metrics).map(([key, declared]) => [key, prometheus(declared, registry)])
  const all = { registry, counted: Object.fromEntries(entries) as Counted }
  ofServices.set(service, all)
  return all
}

function prometheus({ type, name, help, labelNames, bounds }: DeclaredMetric, registry: Registry) {
  const options = { name, help, labelNames, registers: [registry] }
  switch (type) {
    case 'counter':
      return new Counter(options)
    case 'gauge':
      return new Gauge(options)
    case 'histogram':
      return new Histogram({ ...options, buckets: [...(bounds ?? [])] })
  }
}
