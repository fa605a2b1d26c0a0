import 'reflect-metadata'
import { MODULE_METADATA } from '@nestjs/common/constants.js'
import { streamOf, type UpstreamName } from '#shared/contracts'
import { DocumentsModule } from '#shared/documents'
import { consumersOf, moduleOf, serviceDefinitions, type ServiceName } from '../nats-config/index.js'
import { serviceNames } from '../services/index.js'
import type { Variable } from './variables.js'

/** What the services call, by a policy's name where a policy has one. */
export type Callee = UpstreamName | 'chat' | 'directions'

export interface Upstream {
  readonly address?: string
  /** The setting that switches it on; or the secret without which it is not called. Neither: it always is. */
  readonly switch?:
    { readonly variable: string; readonly default: 'true' | 'false' } | { readonly secret: string }
}

export const upstreams: Readonly<Record<Callee, Upstream>> = {
  'benefit-checker': {
    address: 'APVS_DWP_BENEFIT_CHECKER_URL',
    switch: { variable: 'APVS_DWP_BENEFIT_CHECKER_ENABLED', default: 'false' },
  },
  // Its address is the secret.
  chat: { address: 'CHAT_WEBHOOK_URL', switch: { secret: 'CHAT_WEBHOOK_URL' } },
  directions: {
    address: 'APVS_DISTANCE_CALCULATION_DIRECTIONS_API_URL',
    switch: { variable: 'APVS_DISTANCE_CALCULATION_ENABLED', default: 'true' },
  },
  // Found by the module that a service imports: its address may be Amazon's own.
  'document-store': {},
  helpdesk: {
    address: 'APVS_ZENDESK_API_URL',
    switch: { variable: 'APVS_ZENDESK_ENABLED', default: 'false' },
  },
  notify: { address: 'APVS_NOTIFY_API_URL' },
}
/** Stand in emails; nobody calls them. */
export const linkSettings = ['APVS_EXTERNAL_SERVICE_URL']

export interface ServiceFacts {
  readonly port: number
  readonly upstreams: readonly Callee[]
  readonly consumers: readonly { name: string; stream: string; concurrency: number }[]
}

export const usesDocuments = (service: ServiceName): boolean =>
  ((Reflect.getMetadata(MODULE_METADATA.IMPORTS, moduleOf(service)) ?? []) as unknown[]).includes(
    DocumentsModule,
  )

/** What the chart has to know of a service, from its code and the page of its settings. */
export function factsOf(service: ServiceName, variables: readonly Variable[]): ServiceFacts {
  const own = variables.filter(({ services }) => services?.includes(service)).map(({ name }) => name)
  const called = (Object.keys(upstreams) as Callee[]).filter((name) => {
    const { address } = upstreams[name]
    return address === undefined ? usesDocuments(service) : own.includes(address)
  })
  return {
    port: serviceDefinitions[service].port,
    upstreams: called,
    consumers: consumersOf(service).map(({ name, subjects, policy }) => ({
      ...{ name, stream: streamOf(subjects[0]), concurrency: policy.concurrency },
    })),
  }
}

export const allFacts = (variables: readonly Variable[]): Record<string, ServiceFacts> =>
  Object.fromEntries(serviceNames.map((name) => [name, factsOf(name, variables)]))
