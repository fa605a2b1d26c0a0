import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1'
import { PodMonitor, PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'
import { Deployment } from 'kubernetes-models/apps/v1'
import { Job } from 'kubernetes-models/batch/v1'
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Pod, Service, ServiceAccount } from 'kubernetes-models/v1'
import type { Manifest } from './manifest.js'

/** What the chart may hold. A kind that is not here is refused, so that none goes unchecked. */
const kinds = [
  ConfigMap,
  Deployment,
  Ingress,
  Job,
  NetworkPolicy,
  Pod,
  PodDisruptionBudget,
  PodMonitor,
  PrometheusRule,
  ScaledObject,
  Service,
  ServiceAccount,
] as const

/**
 * What Kubernetes' own schemas have against a manifest, and each field they do not know: a mistyped one would be
 * ignored by the cluster, and the schemas by themselves let it pass.
 */
export function complaintsAbout(manifest: Manifest): string[] {
  const kind = kinds.find((each) => each.kind === manifest.kind && each.apiVersion === manifest.apiVersion)
  if (!kind) return [`${manifest.apiVersion} ${manifest.kind}: no schema for it here`]
  const fields = new Fields()
  const name = `${manifest.kind} ${manifest.metadata.name}`
  try {
    // On the manifest itself: an object of the class would be a copy, of which nothing is noticed.
    kind.prototype.validate.call(fields.watched(manifest))
  } catch (error) {
    return [`${name}: ${(error as Error).message}`]
  }
  return fields.unread().map((path) => `${name}: unknown field ${path}`)
}

/** Notices which fields of an object are looked at: a schema looks at all that it knows. */
class Fields {
  private readonly read = new Map<string, boolean>()

  watched(value: unknown, path = ''): unknown {
    if (typeof value !== 'object' || value === null) return value
    for (const key of Object.keys(value)) this.read.set(`${path}/${key}`, false)
    const inner = new Map<string, unknown>()
    return new Proxy(value, {
      get: (target, key) => {
        const found: unknown = Reflect.get(target, key)
        if (typeof key === 'symbol' || !Object.keys(target).includes(key)) return found
        this.read.set(`${path}/${key}`, true)
        if (!inner.has(key)) inner.set(key, this.watched(found, `${path}/${key}`))
        return inner.get(key)
      },
    })
  }

  unread(): string[] {
    return [...this.read].filter(([, wasRead]) => !wasRead).map(([path]) => path)
  }
}
