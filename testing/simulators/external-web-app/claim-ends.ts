import type { DatabaseConnection } from '#shared/database'
import type { BenefitCheckCall, NotifyCall } from '../index.js'
import { templateOfId } from '../settings.js'
import type { SubmittedClaim } from './submitted-claim.js'

/** What became of a claim. */
export interface ClaimEnd {
  /** Undefined: it has not arrived in `IntSchema`. */
  readonly status: string | undefined
  readonly events: readonly string[]
  /** The total of its expenses, in pence. */
  readonly cost: number
  /** Passed every rule and waits for the daily run. */
  readonly waits: boolean
  /** Rows of it are still in `ExtSchema`, the Task row aside. */
  readonly leftOutside: boolean
  /** Names of its tasks that ended `FAILED`. */
  readonly failedTasks: readonly string[]
  readonly emails: readonly { readonly template: string; readonly address: string }[]
  /** The benefit checker was asked about the person whose benefit it is. */
  readonly checked: boolean
}

/** The calls the simulators have taken. */
export interface UpstreamCalls {
  readonly notify: readonly NotifyCall[]
  readonly benefitChecker: readonly BenefitCheckCall[]
}

/** What has become of the claims so far, in their order. Emails are told apart by the reference in them. */
export async function claimEnds(
  connection: DatabaseConnection,
  calls: UpstreamCalls,
  claims: readonly SubmittedClaim[],
): Promise<ClaimEnd[]> {
  const rows = await readRows(connection, claims)
  const emails = groupBy(calls.notify, ({ personalisation }) => String(personalisation['reference']))
  const checked = new Set(calls.benefitChecker.map(({ nino }) => nino))
  return claims.map(({ claimId, reference, expectedCheckOf }) => ({
    status: rows.claims.get(claimId)?.[0]?.Status,
    events: (rows.events.get(claimId) ?? []).map(({ Event }) => Event),
    cost: (rows.expenses.get(claimId) ?? []).reduce((sum, { Cost }) => sum + Math.round(Cost * 100), 0),
    waits: rows.waiting.has(claimId),
    leftOutside: rows.outside.has(claimId),
    failedTasks: (rows.failedTasks.get(claimId) ?? []).map(({ Task }) => Task),
    emails: (emails.get(reference) ?? []).map((call) => ({
      template: templateOfId(call.template_id) ?? call.template_id,
      address: call.email_address,
    })),
    checked: checked.has(expectedCheckOf),
  }))
}

async function readRows({ db }: DatabaseConnection, claims: readonly SubmittedClaim[]) {
  const ids = claims.map(({ claimId }) => claimId)
  const [first, last] = [Math.min(...ids), Math.max(...ids)]
  const failedTasks = (schema: 'ExtSchema' | 'IntSchema') =>
    db
      .selectFrom(`${schema}.Task`)
      .select(['ClaimId', 'Task'])
      .where((row) => row.between('ClaimId', first, last))
      .where('Status', '=', 'FAILED')
      .execute()
  return {
    claims: byClaim(
      await db
        .selectFrom('IntSchema.Claim')
        .select(['ClaimId', 'Status'])
        .where((row) => row.between('ClaimId', first, last))
        .execute(),
    ),
    events: byClaim(
      await db
        .selectFrom('IntSchema.ClaimEvent')
        .select(['ClaimId', 'Event'])
        .where((row) => row.between('ClaimId', first, last))
        .orderBy('ClaimEventId')
        .execute(),
    ),
    expenses: byClaim(
      await db
        .selectFrom('IntSchema.ClaimExpense')
        .select(['ClaimId', 'Cost'])
        .where((row) => row.between('ClaimId', first, last))
        .execute(),
    ),
    waiting: byClaim(await db.selectFrom('IntSchema.AutoApproval').select('ClaimId').execute()),
    outside: byClaim(
      await db
        .selectFrom('ExtSchema.Claim')
        .select('ClaimId')
        .where((row) => row.between('ClaimId', first, last))
        .execute(),
    ),
    failedTasks: byClaim([...(await failedTasks('ExtSchema')), ...(await failedTasks('IntSchema'))]),
  }
}

const byClaim = <T extends { ClaimId: number | null }>(rows: readonly T[]) =>
  groupBy(rows, ({ ClaimId }) => ClaimId ?? 0)

function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
