import type { SettingsGroup } from '#shared/config'
import { documentsSettingsGroup } from '#shared/documents'
import { commonSettings } from '#shared/service'
import { services } from '../../apps/index.js'
// It loads the same services, and Jest loses its way where two do so at once: this way it has ended before.
import '../nats-config/consumers.js'

type ServiceName = (typeof services)[number]['name']

/** Settings about one thing, and the services that read them; all do where none are named. */
export interface Section {
  /** As the part of docs/settings.md is called. */
  readonly name: string
  readonly groups: readonly SettingsGroup[]
  readonly services?: readonly ServiceName[]
}

const own: { readonly name: ServiceName; readonly groups: readonly SettingsGroup[] }[] = []
// One after the other, for the same reason.
for (const { name, settings } of services) own.push({ name, groups: await settings() })

/** All that the services ask of their environments. */
export const sections: readonly Section[] = [
  { name: 'every service', groups: commonSettings.service },
  { name: 'traces', groups: commonSettings.traces },
  { name: 'SQL Server', groups: commonSettings.sqlServer },
  {
    name: 'documents',
    groups: [documentsSettingsGroup],
    services: own.filter(({ groups }) => groups.includes(documentsSettingsGroup)).map(({ name }) => name),
  },
  ...own.map(({ name, groups }) => ({
    name,
    groups: groups.filter((group) => group !== documentsSettingsGroup),
    services: [name],
  })),
]
