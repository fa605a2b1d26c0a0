import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import { isDocumentOfCase } from '#shared/claims'
import { columnsOf, type Database, type Row, type SqlDialect } from '#shared/database'
import type { ClaimRef } from '#shared/unit-of-work'
import { TemporaryFailure } from '#shared/messaging'
import { anyClaim, builtQuery, ofClaim } from './built-queries.js'

/** The tables a claim and its eligibility are in, parents before children. */
export const claimTables = [
  'IntSchema.Eligibility',
  'IntSchema.Visitor',
  'IntSchema.Prisoner',
  'IntSchema.EligibleChild',
  'IntSchema.Benefit',
  'IntSchema.Claim',
  'IntSchema.ClaimBankDetail',
  'IntSchema.ClaimExpense',
  'IntSchema.ClaimChild',
  'IntSchema.ClaimEscort',
  'IntSchema.ClaimDocument',
  'IntSchema.ClaimEvent',
  'IntSchema.ClaimDeduction',
  'IntSchema.TopUp',
] as const
export type ClaimTable = (typeof claimTables)[number]

/** Every row of a claim and its eligibility, enabled or not, in the order of their keys. */
export type ClaimRows = { readonly [T in ClaimTable]: readonly Row<T>[] }
/** A row of any of them, for code that treats them alike. */
export type AnyRow = Readonly<Record<string, unknown>>

/** The tables of the eligibility: they are as good as their latest claim, and go with the last. */
export const isOfEligibility = (table: ClaimTable): boolean => columnsOf(table).ClaimId === undefined

const primaryKeys = Object.fromEntries(
  claimTables.map((table) => [
    table,
    Object.keys(columnsOf(table)).find((column) => columnsOf(table)[column]?.primaryKey),
  ]),
) as Record<ClaimTable, string>
export const keyOf = (table: ClaimTable): string => primaryKeys[table]
/** Numbered by each database for itself: a copy has another key, and is known by its content. */
export const isNumbered = (table: ClaimTable): boolean => columnsOf(table)[keyOf(table)]?.identity === true

/**
 * Which rows of a table are the claim's. The reference finds them (it is indexed everywhere), the ids choose among
 * them. `alone`: without the documents of its eligibility that belong to no claim.
 */
export function isOfClaim(
  table: ClaimTable,
  { reference, eligibilityId, claimId }: ClaimRef,
  { alone = false } = {},
): RawBuilder<SqlBool> {
  const [ref, elig, claim] = [sql.ref('Reference'), sql.ref('EligibilityId'), sql.ref('ClaimId')]
  if (table === 'IntSchema.TopUp') return sql`${claim} = ${claimId}`
  if (isOfEligibility(table)) return sql`${ref} = ${reference} and ${elig} = ${eligibilityId}`
  if (table !== 'IntSchema.ClaimDocument' || alone)
    return sql`${ref} = ${reference} and ${claim} = ${claimId}`
  return isDocumentOfCase({ reference, eligibilityId, claimId })
}

/** A database to ask, or a transaction in it. */
export interface AskedDatabase {
  readonly db: Kysely<Database>
  readonly dialect: SqlDialect
}

/**
 * Reads every row of a claim. In a transaction the rows are its own from then on: no one else changes them. Most
 * tables have nothing of most claims, and are not asked for more than how much.
 * @throws TemporaryFailure `claim-changed-meanwhile` if rows were passed over, for somebody else has them: another claim of
 *   the eligibility is being archived, say
 */
export async function readClaim({ db, dialect }: AskedDatabase, claim: ClaimRef): Promise<ClaimRows> {
  const counts = await countRows({ db, dialect }, claim)
  const asked = claimTables.filter((table) => counts[table] !== 0)
  const answers = await dialect.questions(
    db,
    asked.map((table) => {
      const query = builtQuery(dialect, `read ${table}`, () => rowsQuery(db, dialect, table))
      return { compile: () => ofClaim(query, claim) }
    }),
  )
  const isPassedOver = asked.some((table, index) => (answers[index]?.length ?? 0) < counts[table])
  if (isPassedOver) throw new TemporaryFailure('claim-changed-meanwhile')
  const found = new Map(asked.map((table, index) => [table, answers[index]]))
  return Object.fromEntries(
    claimTables.map((table) => [table, found.get(table) ?? []]),
  ) as unknown as ClaimRows
}

const rowsQuery = (db: Kysely<Database>, dialect: SqlDialect, table: ClaimTable) =>
  db
    .selectFrom(dialect.taking(table, 'r'))
    .selectAll()
    .where(isOfClaim(table, anyClaim))
    .orderBy(sql.ref(keyOf(table)))

/** How many rows each table has of a claim, in one question. */
export async function countRows({ db, dialect }: AskedDatabase, claim: ClaimRef) {
  const query = builtQuery(dialect, 'count', () => countQuery(db))
  const { rows } = await db.executeQuery(ofClaim(query, claim))
  return rows[0] as Record<ClaimTable, number>
}

function countQuery(db: Kysely<Database>) {
  const counts = claimTables.map((table) => {
    const rows = db
      .selectFrom(table)
      .select(sql`count(*)`.as('n'))
      .where(isOfClaim(table, anyClaim))
    return sql<number>`(${rows})`.as(table)
  })
  return db.selectNoFrom(counts)
}
