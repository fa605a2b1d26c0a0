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
export const loadedServices: readonly LoadedService[] = await loaded()

/** One after the other, and here alone: Jest loses its way where several are loaded at once. */
async function loaded(): Promise<LoadedService[]> {
  const all: LoadedService[] = []
  for (const definition of services) {
    const { name, module, settings } = definition
    all.push({ name, definition, module: await module(), settings: await settings() })
  }
  return all
}
