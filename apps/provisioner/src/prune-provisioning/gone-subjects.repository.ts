import { Injectable } from '@nestjs/common'
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { LocalTime } from '#shared/clock'
import { DatabaseConnection, type Database } from '#shared/database'
import { pageSize, type JobStage } from '#shared/jobs'

type EntryRow = ExpressionBuilder<Database, 'AsyncSchema.ProvisioningEntry'>
type IsMeant = (row: EntryRow) => Expression<SqlBool>

/** What targets have confirmed as gone, and subjects of which nothing else is kept. */
@Injectable()
export class GoneSubjects {
  constructor(private readonly connection: DatabaseConnection) {}

  /** What was confirmed as gone before a time, and is gone still. */
  entries(before: LocalTime): JobStage<{ readonly EntryId: number }> {
    const isOld = (row: EntryRow) =>
      row.and([
        row('IsAbsent', '=', true),
        row('ConfirmedVersion', '=', row.ref('WantedVersion')),
        row('DateConfirmed', '<', before),
      ])
    return this.deleting(isOld)
  }

  /** What somebody wrote down for a target while an operator removed it. */
  ofNoTarget(): JobStage<{ readonly EntryId: number }> {
    const isNobodys = (row: EntryRow) =>
      row.not(
        row.exists(
          row
            .selectFrom('AsyncSchema.ProvisioningTarget as t')
            .select('t.TargetId')
            .whereRef('t.TargetId', '=', 'AsyncSchema.ProvisioningEntry.TargetId'),
        ),
      )
    return this.deleting(isNobodys)
  }

  /** Those that were gone before a time, and of which no target is to know anything more. */
  subjects(before: LocalTime): JobStage<{ readonly SubjectId: number }> {
    return {
      keyOf: ({ SubjectId }) => SubjectId,
      read: (db, after) => {
        const rows = db
          .selectFrom('AsyncSchema.ProvisioningSubject as s')
          .select('s.SubjectId')
          .where('s.IsAbsent', '=', true)
          .where('s.DateChanged', '<', before)
          .where('s.SubjectId', '>', after)
          .where((row) =>
            row.not(
              row.exists(
                row
                  .selectFrom('AsyncSchema.ProvisioningEntry as e')
                  .select('e.EntryId')
                  .whereRef('e.SubjectId', '=', 's.SubjectId'),
              ),
            ),
          )
          .orderBy('s.SubjectId')
        return this.connection.dialect.first(rows, pageSize).execute()
      },
      change: async ({ db }, rows) => {
        const { numDeletedRows } = await db
          .deleteFrom('AsyncSchema.ProvisioningSubject')
          .where(
            'SubjectId',
            'in',
            rows.map(({ SubjectId }) => SubjectId),
          )
          .where('IsAbsent', '=', true)
          .where('DateChanged', '<', before)
          .executeTakeFirstOrThrow()
        return Number(numDeletedRows)
      },
    }
  }
  private deleting(isMeant: IsMeant): JobStage<{ readonly EntryId: number }> {
    return {
      keyOf: ({ EntryId }) => EntryId,
      read: (db, after) => {
        const rows = db
          .selectFrom('AsyncSchema.ProvisioningEntry')
          .select('EntryId')
          .where(isMeant)
          .where('EntryId', '>', after)
          .orderBy('EntryId')
        return this.connection.dialect.first(rows, pageSize).execute()
      },
      change: async ({ db }, rows) => {
        const { numDeletedRows } = await db
          .deleteFrom('AsyncSchema.ProvisioningEntry')
          .where(
            'EntryId',
            'in',
            rows.map(({ EntryId }) => EntryId),
          )
          .where(isMeant)
          .executeTakeFirstOrThrow()
        return Number(numDeletedRows)
      },
    }
  }
}
