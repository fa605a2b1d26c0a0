import { ofKind, type Manifest, type NetworkPolicySpec, type PodTemplate } from './manifest.js'

/** What the values may call the places outside a pod; each gets an address of its own, to be told by. */
export const places = [
  'monitoring',
  'kubelet',
  'dns',
  'nats',
  'database',
  'otlp',
  'consoleVisitors',
  'receiptSenders',
  'subjectSenders',
  'issuer',
  'upstreams.benefit-checker',
  'upstreams.chat',
  'upstreams.directions',
  'upstreams.document-store',
  'upstreams.helpdesk',
  'upstreams.notify',
  'upstreams.webhooks',
] as const
export type Place = (typeof places)[number]

const peers = (place: Place) => [{ ipBlock: { cidr: `10.99.0.${places.indexOf(place)}/32` } }]

/** Values by which a policy's peers tell what they stand for. */
export const telltaleValues = {
  networkPolicy: {
    monitoring: peers('monitoring'),
    kubelet: peers('kubelet'),
    dns: { to: peers('dns') },
    nats: { to: peers('nats') },
    database: { to: peers('database') },
    otlp: { to: peers('otlp') },
    consoleVisitors: peers('consoleVisitors'),
    receiptSenders: peers('receiptSenders'),
    subjectSenders: peers('subjectSenders'),
    issuer: { to: peers('issuer') },
    upstreams: Object.fromEntries(
      places.flatMap((place) => {
        const [, upstream] = place.split('upstreams.')
        return upstream ? [[upstream, { to: peers(place) }]] : []
      }),
    ),
  },
}

/** Whom a pod may call, and who may call it, as `place:port/protocol`; `undefined`: no policy holds it back. */
export function reachOf(pod: PodTemplate, manifests: readonly Manifest[]) {
  const policies = ofKind(manifests, 'NetworkPolicy')
    .map(({ spec }) => spec as NetworkPolicySpec)
    .filter(({ podSelector }) => podSelector && selects(podSelector, pod.labels))
  const under = (type: 'Egress' | 'Ingress') =>
    policies.filter(({ policyTypes }) => policyTypes?.includes(type))
  const egress = under('Egress').flatMap((policy) => policy.egress ?? [])
  const ingress = under('Ingress').flatMap((policy) => policy.ingress ?? [])
  return {
    calls: under('Egress').length ? egress.flatMap(({ to, ports }) => allowed(to, ports)).sort() : undefined,
    calledBy: under('Ingress').length
      ? ingress.flatMap(({ from, ports }) => allowed(from, ports)).sort()
      : undefined,
  }
}

type Rule = NonNullable<NetworkPolicySpec['egress']>[number]

/** A rule without peers or without ports is one for all of them. */
function allowed(peersOfRule: Rule['to'], ports: Rule['ports']): string[] {
  const names = peersOfRule?.map(placeOf) ?? ['anywhere']
  const doors = ports?.map(({ port, protocol }) => `${port}/${protocol}`) ?? ['any port']
  return names.flatMap((name) => doors.map((door) => `${name}:${door}`))
}

function placeOf(peer: unknown): string {
  const text = JSON.stringify(peer)
  return places.find((place) => JSON.stringify(peers(place)[0]) === text) ?? text
}

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[]
}

/** Whether Kubernetes would take the labels as selected. */
export const selects = (selector: Selector, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
  (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    if (operator !== 'In') throw new Error(`the test knows no operator ${operator}`)
    return values.includes(labels[key] ?? '')
  })
