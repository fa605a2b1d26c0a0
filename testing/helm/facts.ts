import { streamOf } from '#shared/contracts'
import { consumersOf, portOf, type ServiceName } from '../../tools/nats-config/index.js'
import { serviceNames } from '../services/index.js'
import { allVariables, type Variable } from '../../tools/settings/index.js'

/** What the services call, by a policy's name where a policy has one. */
export type Callee = string

export interface Upstream {
  readonly address: string
  /** The setting that switches it on; or the secret without which it is not called. Neither: it always is. */
  readonly switch?: { readonly variable: string; readonly default: string } | { readonly secret: string }
}

/** What is called, as the settings of its address and of its switch say. */
export const upstreams: Readonly<Record<Callee, Upstream>> = Object.fromEntries(
  allVariables()
    .flatMap(({ name, facts }): [Callee, Upstream][] =>
      facts.upstream === undefined ? [] : [[facts.upstream, { address: name, ...switchOf(facts.upstream) }]],
    )
    .sort(([one], [other]) => one.localeCompare(other)),
)

function switchOf(upstream: Callee): Pick<Upstream, 'switch'> {
  const found = allVariables().find(({ facts }) => facts.switches === upstream)
  if (!found) return {}
  const { name: variable, kind, fallback = '' } = found
  return { switch: kind === 'secrets' ? { secret: variable } : { variable, default: fallback } }
}

export interface ServiceFacts {
  readonly port: number
  readonly upstreams: readonly Callee[]
  readonly consumers: readonly { name: string; stream: string; concurrency: number }[]
}

/** What the chart has to know of a service, from its code and its settings. */
export function factsOf(service: ServiceName, variables: readonly Variable[]): ServiceFacts {
  const own = variables.filter(({ services }) => services?.includes(service)).map(({ name }) => name)
  const called = Object.keys(upstreams).filter((name) => own.includes(upstreams[name]?.address ?? ''))
  return {
    port: portOf(service),
    upstreams: called,
    consumers: consumersOf(service).map(({ name, subjects, policy }) => ({
      ...{ name, stream: streamOf(subjects[0]), concurrency: policy.concurrency },
    })),
  }
}

export const allFacts = (variables: readonly Variable[]): Record<string, ServiceFacts> =>
  Object.fromEntries(serviceNames.map((name) => [name, factsOf(name, variables)]))
