import { sql } from 'kysely'
import type { DatabaseConnection } from '#shared/database'

/** Numbers from 1, for the embedded database. */
const numbers = (count: number) =>
  sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${sql.lit(count)})`

/** Failed Task rows of the internal schema, with references and claims of their own. */
export async function manyFailedTasks({ db }: DatabaseConnection, count: number): Promise<void> {
  await sql`${numbers(count)}
    insert into ${sql.table('IntSchema.Task')}
      (${sql.ref('TaskId')}, ${sql.ref('Task')}, ${sql.ref('Reference')}, ${sql.ref('EligibilityId')},
       ${sql.ref('ClaimId')}, ${sql.ref('DateCreated')}, ${sql.ref('DateProcessed')}, ${sql.ref('Status')})
    select i, 'SEND-CLAIM-NOTIFICATION', printf('K%06d', i), i, i,
      '2026-11-20 10:00:00.000', '2026-11-20 10:00:05.000', 'FAILED' from n`.execute(db)
}

/** Messages that are done, each of a Task row; the first of them of those above. */
export async function manyEndedMessages({ db }: DatabaseConnection, count: number): Promise<void> {
  await sql`${numbers(count)}
    insert into ${sql.table('AsyncSchema.Outbox')}
      (${sql.ref('MessageId')}, ${sql.ref('Subject')}, ${sql.ref('Body')}, ${sql.ref('TaskSchema')},
       ${sql.ref('TaskId')}, ${sql.ref('Run')}, ${sql.ref('State')}, ${sql.ref('Attempts')},
       ${sql.ref('LastReason')}, ${sql.ref('DateCreated')}, ${sql.ref('DateLastHeard')}, ${sql.ref('DateEnded')})
    select printf('IntSchema.Task.%d.1', i), 'notifications.claim-submitted', '{}', 'IntSchema', i, 1,
      'FAILED', 1, 'notify-400', '2026-11-20 10:00:00.000', '2026-11-20 10:00:05.000', '2026-11-20 10:00:05.000'
    from n`.execute(db)
}
