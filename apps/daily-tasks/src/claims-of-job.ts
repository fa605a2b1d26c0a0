import { sql, type ExpressionBuilder, type Kysely, type SqlBool } from 'kysely'
import type { Expression } from 'kysely'
import { isUnderWay, type SameTask } from '#shared/claims'
import type { ClaimRef, Work } from '#shared/unit-of-work'
import type { Database, SqlDialect } from '#shared/database'
import { pageSize } from '#shared/jobs'

/** A claim and where its visitor is written to; null if it has no visitor with an address. Personal data. */
export interface ClaimWithVisitor extends ClaimRef {
  readonly emailAddress: string | null
}

type Db = Kysely<Database>
type ClaimRow = ExpressionBuilder<Database & { c: Database['IntSchema.Claim'] }, 'c'>

/** Which claims a job is about. */
export interface ClaimsOfJob {
  readonly isDue: (claim: ClaimRow) => Expression<SqlBool>
  /** While one of these is under way for a claim, the job passes over it. Domain: `daily-and-payments.md`. */
  readonly unless: readonly SameTask[]
}

/** A page of the claims a job is to deal with, each once, after an id. */
export const claimsAfter = (db: Db, dialect: SqlDialect, job: ClaimsOfJob, after: number) =>
  dialect.first(
    withVisitors(db)
      .where('c.ClaimId', '>', after)
      .where(job.isDue as never)
      .where((claim) => claim.not(isUnderWay(db, 'c.ClaimId', job.unless)))
      .orderBy('c.ClaimId'),
    pageSize,
  )

/** How many claims are due but for work that is under way. */
export async function countPassedOver(db: Db, { isDue, unless }: ClaimsOfJob): Promise<number> {
  const { count } = await db
    .selectFrom('IntSchema.Claim as c')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where(isDue as never)
    .where(isUnderWay(db, 'c.ClaimId', unless))
    .executeTakeFirstOrThrow()
  return count
}

/**
 * Takes claims for the transaction: until it ends nobody else decides about them. Only then it is asked what they are,
 * by a statement of its own: one that has waited for a claim may see all else as it was before (ADR 32).
 * @returns those that the job is still about
 */
export async function takeClaims<Claim extends Pick<ClaimRef, 'claimId'>>(
  { db, dialect }: Work,
  { isDue, unless }: ClaimsOfJob,
  claims: readonly Claim[],
): Promise<Claim[]> {
  const ids = claims.map(({ claimId }) => claimId)
  const [, taken] = await dialect.questions(db, [
    holdClaims(db, dialect, ids),
    db
      .selectFrom('IntSchema.Claim as c')
      .select('c.ClaimId')
      .where('c.ClaimId', 'in', ids)
      .where(isDue as never)
      .where((claim) => claim.not(isUnderWay(db, 'c.ClaimId', unless))),
  ])
  const still = new Set(taken.map(({ ClaimId }) => ClaimId))
  return claims.filter(({ claimId }) => still.has(claimId))
}

/** The question that takes claims for its transaction. */
export const holdClaims = (db: Db, dialect: SqlDialect, ids: readonly number[]) =>
  db.selectFrom(dialect.holding('IntSchema.Claim', 'c')).select('c.ClaimId').where('c.ClaimId', 'in', ids)

/** Claims with their visitor's address: of the newest visitor who has one, for an eligibility may have several rows. */
const withVisitors = (db: Db) =>
  db
    .selectFrom('IntSchema.Claim as c')
    .leftJoin('IntSchema.Visitor as v', (join) =>
      join.on((on) =>
        on(
          'v.VisitorId',
          '=',
          on
            .selectFrom('IntSchema.Visitor as one')
            .select((of) => of.fn.max('one.VisitorId').as('newest'))
            .whereRef('one.EligibilityId', '=', 'c.EligibilityId')
            .whereRef('one.Reference', '=', 'c.Reference')
            .where(sql`ltrim(rtrim(${sql.ref('one.EmailAddress')}))`, '<>', ''),
        ),
      ),
    )
    .select(['c.ClaimId as claimId', 'c.EligibilityId as eligibilityId', 'c.Reference as reference'])
    .select('v.EmailAddress as emailAddress')
