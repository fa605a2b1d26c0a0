import 'reflect-metadata'
import type { Type } from '@nestjs/common'
import { MODULE_METADATA } from '@nestjs/common/constants.js'
import { PATTERN_EXTRAS_METADATA } from '@nestjs/microservices/constants.js'
import type { ConsumerDefinition } from '#shared/messaging'
import { JobsModule } from '#shared/schedule'
import type { ServiceDefinition } from '#shared/service'
import { services } from '../../apps/index.js'
import type { ServiceName } from './user-names.js'

/** Every service by its name. */
export const serviceDefinitions: Readonly<Record<ServiceName, ServiceDefinition>> = Object.fromEntries(
  services.map((service) => [service.name, service]),
) as Record<(typeof services)[number]['name'], ServiceDefinition>

/** A service's consumers: the methods marked with `Consumes` of the controllers its module lists. */
export function consumersOf(service: ServiceName): ConsumerDefinition[] {
  return listed(service, MODULE_METADATA.CONTROLLERS).flatMap((controller) => {
    const handler = controller.prototype as Record<string, object>
    return Object.getOwnPropertyNames(handler).flatMap((method) => {
      const extras = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, handler[method] ?? {}) as
        { definition: ConsumerDefinition } | undefined
      return extras ? [extras.definition] : []
    })
  })
}

/** Whether the service fires scheduled jobs. */
export const firesJobs = (service: ServiceName): boolean =>
  listed(service, MODULE_METADATA.IMPORTS).includes(JobsModule)

const listed = (service: ServiceName, what: string): Type[] =>
  (Reflect.getMetadata(what, serviceDefinitions[service].module) ?? []) as Type[]
