import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import { sql, type SqlBool } from 'kysely'
import {
  actualColumnsOf,
  columnsOf,
  DatabaseConnection,
  unknownAmong,
  type ActualColumn,
  type Question,
  type TableName,
} from '#shared/database'
import type { ClaimRef } from '#shared/unit-of-work'
import { ServiceState } from '#shared/service'
import { Log } from '#shared/logging'
import { copiedTables } from './copy-rows.js'

/** The tables of the external schema that rows are copied from, and then deleted. */
const tables: readonly TableName[] = [
  ...copiedTables.map((table) => `ExtSchema.${table}` as const),
  'ExtSchema.EligibilityVisitorUpdateContactDetail',
]

/**
 * Columns of the external schema that the code does not know, for a web app has added them. A claim with a value in one
 * would be moved without it, and the value deleted: such a claim stays where it is. Why: ADR 27.
 */
@Injectable()
export class ForeignColumns implements OnApplicationBootstrap {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly state: ServiceState,
    private readonly log: Log,
  ) {}

  /** Says so in the log as soon as the service is ready, before there is a claim it matters to. */
  onApplicationBootstrap(): void {
    this.state.whenReady
      .then(() => this.unknown())
      .then((columns) => columns.forEach((each) => this.log.warn('column not known', each)))
      .catch((error: unknown) => this.log.error('columns could not be compared', error))
  }

  /**
   * Whether a claim, its eligibility included, has a value in such a column; the log names table and column. The
   * catalogue is asked each time: a column may have come a moment ago.
   * @param columns those that are not known, where they were asked for
   */
  async haveValuesOf(claim: ClaimRef, columns?: readonly ActualColumn[]): Promise<boolean> {
    let found = false
    for (const { table, column } of columns ?? (await this.unknown())) {
      if (!(await this.hasValue(table as TableName, column, claim))) continue
      found = true
      const { reference, claimId } = claim
      this.log.warn('claim has a value in a column that is not known', { table, column, reference, claimId })
    }
    return found
  }

  /** Those columns, for whoever asks more at once. */
  columns(): Question<readonly ActualColumn[]> {
    const { query, read } = actualColumnsOf(this.connection, tables)
    return { query, read: (rows) => unknownAmong(read(rows), tables) }
  }

  private async unknown(): Promise<readonly ActualColumn[]> {
    const [columns] = await this.connection.ask(this.columns())
    return columns
  }

  private async hasValue(table: TableName, column: string, claim: ClaimRef): Promise<boolean> {
    const { reference, eligibilityId, claimId } = claim
    const { db, dialect } = this.connection
    const its =
      'ClaimId' in columnsOf(table)
        ? sql<SqlBool>`(${sql.id('ClaimId')} = ${claimId} or ${sql.id('ClaimId')} is null)`
        : sql<SqlBool>`${sql.id('EligibilityId')} = ${eligibilityId}`
    const query = db
      .selectFrom(table as 'ExtSchema.Claim')
      .select('Reference')
      .where('Reference', '=', reference)
      .where(its)
      .where(sql<SqlBool>`${sql.id(column)} is not null`)
    return (await dialect.first(query, 1).execute()).length > 0
  }
}
