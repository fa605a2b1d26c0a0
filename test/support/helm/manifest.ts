import type { IDeployment } from 'kubernetes-models/apps/v1'
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import type { IPod } from 'kubernetes-models/v1'

/** One object of a cluster, as a chart is rendered to. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: unknown
}

export type PodSpec = NonNullable<IPod['spec']>
export type Container = PodSpec['containers'][number]
export type DeploymentSpec = NonNullable<IDeployment['spec']>
export type NetworkPolicySpec = NonNullable<INetworkPolicy['spec']>

/** The one of that kind and name. */
export function named(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.filter((each) => each.kind === kind && each.metadata.name === name)
  const [first] = found
  if (!first || found.length > 1) throw new Error(`${found.length} of ${kind} ${name}`)
  return first
}

export const ofKind = (manifests: readonly Manifest[], kind: string): Manifest[] =>
  manifests.filter((each) => each.kind === kind)

/** A pod that the chart asks for, whatever makes it. */
export interface PodTemplate {
  readonly component: string
  readonly labels: Readonly<Record<string, string>>
  readonly spec: PodSpec
}

export function podsOf(manifests: readonly Manifest[]): PodTemplate[] {
  return manifests.flatMap((manifest) => {
    if (manifest.kind === 'Pod') return [template(manifest.metadata.labels, manifest.spec as PodSpec)]
    if (manifest.kind !== 'Deployment' && manifest.kind !== 'Job') return []
    const { metadata, spec } = (manifest.spec as DeploymentSpec).template
    return spec ? [template(metadata?.labels ?? {}, spec)] : []
  })
}

const template = (labels: Readonly<Record<string, string>>, spec: PodSpec): PodTemplate => ({
  ...{ component: labels['app.kubernetes.io/component'] ?? '', labels, spec },
})

/** Where a variable's value comes from: text, or a key of a Secret or ConfigMap. */
export type Source =
  | { readonly text: string }
  | { readonly secret: string; readonly key: string }
  | { readonly configMap: string; readonly key: string }

/** A pod's environment as its container gets it; a file's path is replaced by where the file is from. */
export function environmentOf({ spec }: PodTemplate, manifests: readonly Manifest[]): Map<string, Source> {
  const [container] = spec.containers
  const files = filesOf(spec)
  const fromMaps = (container?.envFrom ?? []).flatMap(({ configMapRef }) =>
    Object.entries(named(manifests, 'ConfigMap', configMapRef?.name ?? '').data ?? {}),
  )
  return new Map<string, Source>([
    ...fromMaps.map(([name, text]): [string, Source] => [name, { text }]),
    ...(container?.env ?? []).map(({ name, value, valueFrom }): [string, Source] => {
      const secret = valueFrom?.secretKeyRef
      if (secret) return [name, { secret: secret.name ?? '', key: secret.key }]
      return [name, files.get(value ?? '') ?? { text: value ?? '' }]
    }),
  ])
}

/** The mounted files of a pod by their path. */
export function filesOf(spec: PodSpec): Map<string, Source> {
  const mounts = spec.containers[0]?.volumeMounts ?? []
  return new Map(
    mounts.flatMap(({ name, mountPath }) => {
      const sources = spec.volumes?.find((volume) => volume.name === name)?.projected?.sources ?? []
      return sources.flatMap(({ secret, configMap }) =>
        [...(secret?.items ?? []), ...(configMap?.items ?? [])].map(({ key, path }): [string, Source] => [
          `${mountPath}/${path}`,
          secret ? { secret: secret.name ?? '', key } : { configMap: configMap?.name ?? '', key },
        ]),
      )
    }),
  )
}
