import type { SettingsGroup } from '#shared/config'
import { documentsSettingsGroup } from '#shared/documents'
import { commonSettings } from '#shared/service'
import { consoleSettings } from '../../apps/console/src/console.settings.js'
import type { ServiceName } from '../../apps/index.js'
import { loadedServices } from '../../apps/loaded.js'

/** The services, and the console, which sees the jobs and the files. */
type Reader = ServiceName | 'console'

/** Settings about one thing, and the services that read them; all do where none are named. */
export interface Section {
  /** As the part of docs/settings.md is called. */
  readonly name: string
  readonly groups: readonly SettingsGroup[]
  readonly services?: readonly Reader[]
}

/** All that the services ask of their environments. */
export const sections: readonly Section[] = [
  { name: 'every service', groups: commonSettings.service },
  { name: 'traces', groups: commonSettings.traces },
  { name: 'SQL Server', groups: commonSettings.sqlServer },
  {
    name: 'documents',
    groups: [documentsSettingsGroup],
    services: [
      ...loadedServices
        .filter(({ settings }) => settings.includes(documentsSettingsGroup))
        .map(({ name }) => name),
      'console',
    ],
  },
  ...loadedServices.map(({ name, settings }) => ({
    name,
    groups: settings.filter((group) => group !== documentsSettingsGroup),
    services: [name],
  })),
  { name: 'console', groups: [consoleSettings], services: ['console'] },
]
