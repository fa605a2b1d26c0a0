import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import { actualColumns, DatabaseConnection } from '#shared/database'
import { ServiceState } from '#shared/service'
import { Log } from '#shared/logging'
import { ArchiveDatabase } from '../archive-database.js'
import { claimTables } from './claim-tables.js'

/** Says in the log, as the service starts, which columns of claims the archive has not got. Why: ADR 27. */
@Injectable()
export class ArchiveColumns implements OnApplicationBootstrap {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly archive: ArchiveDatabase,
    private readonly state: ServiceState,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.state.whenReady
      .then(() => this.compare())
      .catch((error: unknown) => this.log.error('columns could not be compared', error))
  }

  private async compare(): Promise<void> {
    const there = await actualColumns(this.archive.connection, claimTables)
    for (const { table, column } of await actualColumns(this.connection, claimTables)) {
      const isThere = there.some((each) => each.table === table && each.column === column)
      if (!isThere) this.log.warn('the archive lacks a column', { table, column })
    }
  }
}
