import 'reflect-metadata'
import type { Type } from '@nestjs/common'
import { MODULE_METADATA } from '@nestjs/common/constants.js'
import { PATTERN_EXTRAS_METADATA } from '@nestjs/microservices/constants.js'
import type { HandlerDefinition } from '#shared/messaging'
import { JobsModule } from '#shared/schedule'
import type { ServiceDefinition } from '#shared/service'
import { services } from '../../apps/index.js'
import type { ServiceName } from './user-names.js'

const modules = new Map<string, Type>()
// One after the other: Jest loses its way where several are loaded at once.
for (const { name, module } of services) modules.set(name, await module())

/** The module of a service. */
export const moduleOf = (service: ServiceName): Type => modules.get(service) as Type

/** Every service by its name. */
export const serviceDefinitions: Readonly<Record<ServiceName, ServiceDefinition>> = Object.fromEntries(
  services.map((service) => [service.name, service]),
) as Record<(typeof services)[number]['name'], ServiceDefinition>

/** A service's consumers: the methods marked with `Consumes` of the controllers its module lists. */
export function consumersOf(service: ServiceName): HandlerDefinition[] {
  return listed(service, MODULE_METADATA.CONTROLLERS).flatMap((controller) => {
    const handler = controller.prototype as Record<string, object>
    return Object.getOwnPropertyNames(handler).flatMap((method) => {
      const extras = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, handler[method] ?? {}) as
        { definition: HandlerDefinition } | undefined
      return extras ? [extras.definition] : []
    })
  })
}

/** Whether the service fires scheduled jobs. */
export const firesJobs = (service: ServiceName): boolean =>
  listed(service, MODULE_METADATA.IMPORTS).includes(JobsModule)

const listed = (service: ServiceName, what: string): Type[] =>
  (Reflect.getMetadata(what, moduleOf(service)) ?? []) as Type[]

/** The consumers of all services. */
export const allConsumers = (): HandlerDefinition[] => services.flatMap(({ name }) => consumersOf(name))
