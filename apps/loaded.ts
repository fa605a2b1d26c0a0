import type { Type } from '@nestjs/common'
import type { SettingsGroup } from '#shared/config'
import type { ServiceDefinition } from '#shared/service'
import { services, type ServiceName } from './index.js'

/** A service with what it is made of. */
export interface LoadedService {
  readonly name: ServiceName
  readonly definition: ServiceDefinition
  readonly module: Type
  /** What it asks of its environment besides what every service does. */
  readonly settings: readonly SettingsGroup[]
}

/** Every service: who imports this has loaded them all. */
export const loadedServices: readonly LoadedService[] = await Promise.all(services.map(loaded))

async function loaded(definition: (typeof services)[number]): Promise<LoadedService> {
  const [module, settings] = await Promise.all([definition.module(), definition.settings()])
  return { name: definition.name, definition, module, settings }
}
