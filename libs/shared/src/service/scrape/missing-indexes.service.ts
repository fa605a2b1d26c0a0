import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common'
import { DatabaseConnection, missingIndexes, ownerIndexes, type OwnerIndex } from '../../database/index.js'
import { ServiceState } from '../health/index.js'
import { ServiceInfo } from '../info/index.js'
import { Log } from '../../logging/index.js'
import { ScrapedGauges } from './scraped-gauges.js'

/**
 * Which indexes this service's statements need on the web apps' tables, and their owner has not made: said once as it
 * starts, and told as long as it lasts. It works without them, slowly. Why: ADR 34.
 */
@Injectable()
export class MissingIndexes implements OnModuleInit, OnApplicationBootstrap {
  private readonly needed: readonly OwnerIndex[]

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly gauges: ScrapedGauges,
    private readonly state: ServiceState,
    private readonly log: Log,
    service: ServiceInfo,
  ) {
    this.needed = ownerIndexes.filter(({ neededBy }) => neededBy.some((name) => name === service.now().name))
  }

  onModuleInit(): void {
    this.gauges.add(async () => ({ missingIndexes: [{ value: (await this.missing()).length }] }))
  }

  onApplicationBootstrap(): void {
    this.state.whenReady
      .then(() => this.missing())
      .then((missing) => {
        if (missing.length)
          this.log.warn('indexes are missing', { count: missing.length, indexes: listOf(missing) })
      })
      .catch((error: unknown) => this.log.error('indexes could not be looked for', error))
  }

  private missing(): Promise<OwnerIndex[]> {
    return missingIndexes(this.connection, this.needed)
  }
}

const listOf = (indexes: readonly OwnerIndex[]): string =>
  indexes.map(({ table, column }) => `${table} (${column})`).join(', ')
