import { sql, type Kysely } from 'kysely'
import type { SqlDialect } from '../dialect.js'
import type { Database } from '../schema/tables.js'
import { createTables } from './create-tables.js'

/**
 * Systems that are told, the subjects they are told of, and what each is to know of each. One row of a subject, and one of what
 * a target is to know of it: of two that insert it at the same moment the second is refused. How far a target is can be
 * counted in an index alone; and the Task rows whose data is to
 * go are found by when they ended.
 */
export async function createProvisioning(db: Kysely<Database>, dialect: SqlDialect): Promise<void> {
  await createTables(db, dialect, [
    'AsyncSchema.ProvisioningTarget',
    'AsyncSchema.ProvisioningSubject',
    'AsyncSchema.ProvisioningEntry',
  ])
  await db.schema
    .createIndex('IX_AsyncSchema_ProvisioningSubject_Key')
    .on('AsyncSchema.ProvisioningSubject')
    .columns(['Kind', 'SubjectKey'])
    .unique()
    .execute()
  await db.schema
    .createIndex('IX_AsyncSchema_ProvisioningEntry_Subject')
    .on('AsyncSchema.ProvisioningEntry')
    .columns(['SubjectId', 'TargetId', 'Part'])
    .unique()
    .execute()
  await db.schema
    .createIndex('IX_AsyncSchema_ProvisioningEntry_Target')
    .on('AsyncSchema.ProvisioningEntry')
    .columns(['TargetId', 'Reason', 'ConfirmedVersion', 'WantedVersion'])
    .execute()
  await db.schema
    .createIndex('IX_AsyncSchema_Outbox_Subjects')
    .on('AsyncSchema.Outbox')
    .columns(['TaskSchema', 'TaskId', 'DateEnded'])
    .where(sql.ref('Subject'), '=', 'provisioning.subject-changed')
    .execute()
}
