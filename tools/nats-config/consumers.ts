import 'reflect-metadata'
import type { Type } from '@nestjs/common'
import { MODULE_METADATA } from '@nestjs/common/constants.js'
import { PATTERN_EXTRAS_METADATA } from '@nestjs/microservices/constants.js'
import type { HandlerDefinition } from '#shared/messaging'
import { JobsModule } from '#shared/jobs'
import { loadedServices, type LoadedService } from '../../apps/loaded.js'
import type { ServiceName } from './user-names.js'

/** @throws where there is no such service */
function loadedService(name: ServiceName): LoadedService {
  const found = loadedServices.find((service) => service.name === name)
  if (!found) throw new Error(`no service ${name}`)
  return found
}

/** The module of a service. */
export const moduleOf = (service: ServiceName): Type => loadedService(service).module

/** The port of a service. */
export const portOf = (service: ServiceName): number => loadedService(service).definition.port

/** The paths at which a service takes bodies. */
export const takenBy = (service: ServiceName): readonly string[] =>
  loadedService(service).definition.takes ?? []

/** A service's consumers: the methods marked with `Consumes` of the controllers its module lists. */
export function consumersOf(service: ServiceName): HandlerDefinition[] {
  return listed(service, MODULE_METADATA.CONTROLLERS).flatMap((controller) => {
    const handler = controller.prototype as Record<string, object>
    return Object.getOwnPropertyNames(handler).flatMap((method) => {
      const extras = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, handler[method] ?? {}) as
        | { definition: HandlerDefinition }
        | undefined
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
export const allConsumers = (): HandlerDefinition[] => loadedServices.flatMap(({ name }) => consumersOf(name))
