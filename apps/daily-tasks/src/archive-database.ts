import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { archiveDatabaseSettings, DatabaseConnection, migrateArchive } from '#shared/database'
import { ServiceState } from '#shared/service'
import { TRACING, type Tracing } from '#shared/telemetry'

/** The database that claims are archived to; its `IntSchema` has the same tables. */
@Injectable()
export class ArchiveDatabase implements OnModuleInit, OnApplicationShutdown {
  readonly connection: DatabaseConnection

  /** @throws SettingsError where a server is named and its archive is not */
  constructor(
    @Inject(ENVIRONMENT) env: Environment,
    state: ServiceState,
    @Inject(TRACING) tracing: Tracing | null,
  ) {
    this.connection = DatabaseConnection.open(archiveDatabaseSettings(env), tracing)
    state.needs.set('archive', () => this.connection.ping('IntSchema.Claim'))
  }

  /** The embedded archive is made here; in SQL Server it belongs to others, and is there. */
  async onModuleInit(): Promise<void> {
    if (this.connection.dialect.name === 'sqlite') await migrateArchive(this.connection)
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close()
  }
}
