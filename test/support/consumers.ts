import 'reflect-metadata'
import type { Type } from '@nestjs/common'
import { MODULE_METADATA } from '@nestjs/common/constants.js'
import { PATTERN_EXTRAS_METADATA } from '@nestjs/microservices/constants.js'
import type { ConsumerDefinition } from '#shared/messaging'
import { serviceModules } from './system.js'

/** Every consumer of every service: the methods marked with `Consumes` of the controllers its module lists. */
export function consumers(): ConsumerDefinition[] {
  return Object.values(serviceModules).flatMap((module) => {
    const controllers = (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) ?? []) as Type[]
    return controllers.flatMap((controller) => {
      const handler = controller.prototype as Record<string, object>
      return Object.getOwnPropertyNames(handler).flatMap((method) => {
        const extras = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, handler[method] ?? {}) as
          { definition: ConsumerDefinition } | undefined
        return extras ? [extras.definition] : []
      })
    })
  })
}
