import { sql } from 'kysely'
import type { DatabaseConnection } from '#shared/database'
import type { RecordedStatement } from '../../tools/statements/index.js'

/** A table that a statement looks through from beginning to end; one of several, where it cannot be told. */
export interface Scan {
  readonly table: string
  readonly sql: string
}

/** What does not look for rows, or asks the catalogue. */
const plansNothing = /^(?:begin|commit|rollback)|^insert into [^(]*\([^)]*\) values |sqlite_master/

/** Statements that have a plan, each once. */
export const planned = (statements: readonly RecordedStatement[]): string[] => [
  ...new Set(statements.map((statement) => statement.sql).filter((text) => !plansNothing.test(text))),
]

/** The tables that a statement looks through in the embedded database. A filtered index is no table: it is as long as its rows. */
export async function scansOf({ db }: DatabaseConnection, text: string): Promise<Scan[]> {
  const count = text.replace(/'[^']*'/g, '').match(/\?/g)?.length ?? 0
  const parameters = Array<number>(count).fill(1)
  const query = { ...sql`select 1`.compile(db), sql: `explain query plan ${text}`, parameters }
  const { rows } = await db.executeQuery<{ detail: string }>(query)
  const filtered = await filteredIndexes(db)
  return rows.flatMap(({ detail }) => {
    const [, name = '', index] = /^SCAN (\w+)(?:.* INDEX (\w+))?/.exec(detail) ?? []
    if (index !== undefined && filtered.has(index)) return []
    // A statement may give several tables the same alias, each where the others are not seen.
    const aliased = [...text.matchAll(new RegExp(`"(\\w+Schema_\\w+)" as "${name}"`, 'g'))]
    const tables = aliased.length ? aliased.map(([, table = '']) => table) : [name]
    return (
      tables
        .filter((table) => /^(?:Ext|Int|Async)Schema_/.test(table))
        // Where a row is inserted, the plan names the tables that may refer to it, and nobody looks there.
        .filter((table) => !text.startsWith('insert') || text.includes(`"${table}"`))
        .map((table) => ({ table: table.replace('Schema_', 'Schema.'), sql: text }))
    )
  })
}

async function filteredIndexes(db: DatabaseConnection['db']): Promise<Set<string>> {
  const query = sql<{
    name: string
  }>`select name from sqlite_master where type = 'index' and sql like '% where %'`
  return new Set((await query.execute(db)).rows.map(({ name }) => name))
}

/** They have a few rows, or a few a day, and each is looked through now and then. */
export const smallTables: readonly string[] = [
  'AsyncSchema.FileToDelete',
  'AsyncSchema.Flow',
  'AsyncSchema.FlowStep',
  'AsyncSchema.JobRowLeft',
  'AsyncSchema.JobRun',
  'AsyncSchema.PaymentRun',
  'AsyncSchema.Prison',
  'AsyncSchema.PrisonChange',
  'AsyncSchema.ProvisioningTarget',
  'AsyncSchema.Restoration',
  'AsyncSchema.Schedule',
  'AsyncSchema.WebhookEndpoint',
  'AsyncSchema.WebhookSubscription',
  'AsyncSchema.ScheduleRun',
  'IntSchema.AutoApproval',
  'IntSchema.AutoApprovalConfig',
  'IntSchema.DirectPaymentFile',
]

/** What looks through a large table all the same. */
export const allowedScans: readonly { readonly of: RegExp; readonly because: string }[] = [
  { of: / where 1 = 0$/, because: 'it finds nothing, and looks nowhere' },
  { of: /^select 1 as "one" from "\w+" limit \?$/, because: 'it ends at the first row' },
  {
    of: /^select count\(\*\) as "count" from "(?:IntSchema|ExtSchema)_Claim" as "c" where /,
    because: 'how many claims a job passed over, once for its run',
  },
  {
    of: /^select "TargetId", "Reason", count\(\*\)/,
    because: 'how far each target is: in an index that has nothing else in it, once in a few seconds at most',
  },
  {
    of: /lower\(ltrim\(rtrim\("p"\."PrisonNumber"\)\)\)/,
    because: 'a claimant who has forgotten the reference, however the number was typed: a few a day',
  },
  {
    of: /^select "TaskId", "Task"(?:, "Reference", "EligibilityId")?, "ClaimId", .* from "(?:Ext|Int)Schema_Task" where /,
    because: 'ops journey, ops tasks list: an operator asks, now and then',
  },
  {
    of: /^select count\(\*\) as "count" from "IntSchema_Task" where "Status" = \? and not exists /,
    because: 'ops tasks list: an operator asks',
  },
  {
    of: /^select "Target" as "target", "Person" as "person", .* from "AsyncSchema_OperatorAction" where "Action" = /,
    because: 'the console: what operators did, some rows a day',
  },
  {
    of: /^select "Status", count\(\*\) as "count" from "(?:Ext|Int)Schema_Task" /,
    because: 'ops status: an operator asks',
  },
  {
    of: /^select "o"\."MessageId" from "AsyncSchema_Outbox" as "o" .* in \(select "TaskId" from "IntSchema_Task" where "Reference" = \?\)$/,
    because: 'ops dead-letters list --reference: an operator asks',
  },
  {
    of: /^select .* from "AsyncSchema_Outbox" where "TaskId" is null and "Body" like \? /,
    because: 'ops journey: an operator asks',
  },
  {
    of: /^select .* from "AsyncSchema_Inbox" where "MessageId" in /,
    because: 'ops journey: an operator asks',
  },
]
