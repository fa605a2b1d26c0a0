import type { Provider } from '@nestjs/common'
import { Clock } from '../clock/index.js'
import { DatabaseConnection, databaseSettings } from '../database/index.js'
import { TRACING, type Tracing } from '../telemetry/index.js'
import { DeliveryRecord, FollowUpPublisher, Inbox, UnitOfWork } from '../unit-of-work/index.js'
import { create } from './create.js'
import type { ServiceOptions } from './service-options.js'

/**
 * The database, and the unit of work over it.
 * @throws SettingsError where the environment is incomplete
 */
export function databaseParts({ env, files }: ServiceOptions): Provider[] {
  const database = databaseSettings(env)
  return [
    {
      provide: DatabaseConnection,
      useFactory: (tracing: Tracing | null) => DatabaseConnection.open(database, tracing, files),
      inject: [TRACING],
    },
    { provide: Inbox, useFactory: create(Inbox), inject: [DatabaseConnection, Clock] },
    {
      provide: DeliveryRecord,
      useFactory: create(DeliveryRecord),
      inject: [DatabaseConnection, Inbox, Clock],
    },
    {
      provide: UnitOfWork,
      useFactory: create(UnitOfWork),
      inject: [DatabaseConnection, Inbox, FollowUpPublisher, Clock],
    },
  ]
}
