import type { SettingsGroup } from '../config/index.js'
import { databaseSettingsGroup, mssqlSettingsGroup } from '../database/index.js'
import { calledAddressSettings } from '../http/index.js'
import { buildSchema } from './info/index.js'
import { natsSettingsGroups } from '../messaging/index.js'
import { traceSettingsGroups } from '../telemetry/index.js'
import { serviceSchema } from './service-options.js'

/** What every service asks of its environment, by what it is about. */
export const commonSettings = {
  service: [
    ...natsSettingsGroups,
    databaseSettingsGroup,
    { schema: serviceSchema },
    { schema: buildSchema },
    calledAddressSettings,
  ],
  traces: traceSettingsGroups,
  sqlServer: [mssqlSettingsGroup],
} as const satisfies Record<string, readonly SettingsGroup[]>
