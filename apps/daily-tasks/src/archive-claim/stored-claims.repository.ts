import { Injectable } from '@nestjs/common'
import { sql, type Compilable, type Kysely, type SqlBool } from 'kysely'
import { DatabaseConnection, type Database } from '#shared/database'
import type { ClaimRef, Work } from '#shared/unit-of-work'
import { TemporaryFailure } from '#shared/messaging'
import { conditionsToStay, isClaimBusy, isReserved, reasonsToStay, type ReasonToStay } from '../archivable.js'
import { sameRows } from './archive-claim.rules.js'
import { anyClaim, builtQuery, ofClaim } from './built-queries.js'
import {
  claimTables,
  isOfClaim,
  isOfEligibility,
  readClaim,
  type AskedDatabase,
  type ClaimRows,
  type ClaimTable,
} from './claim-tables.js'

/** The claims in `IntSchema`. */
@Injectable()
export class StoredClaims {
  constructor(private readonly connection: DatabaseConnection) {}

  find(claimId: number): Promise<ClaimRef | undefined> {
    return this.connection.db
      .selectFrom('IntSchema.Claim')
      .select(['Reference as reference', 'EligibilityId as eligibilityId', 'ClaimId as claimId'])
      .where('ClaimId', '=', claimId)
      .executeTakeFirst()
  }

  /** Why a claim may not be archived, now; undefined if it may. */
  async whyItStays(claim: ClaimRef): Promise<ReasonToStay | undefined> {
    const { db, dialect } = this.connection
    const [[reasons]] = await dialect.questions(db, [whyItStays({ db, dialect }, claim)])
    return reasonOf(reasons)
  }

  read(claim: ClaimRef): Promise<ClaimRows> {
    return readClaim(this.connection, claim)
  }

  /** Whether a claim is as it was read. */
  async isStill(claim: ClaimRef, rows: ClaimRows): Promise<boolean> {
    return sameRows(rows, await this.read(claim))
  }

  /**
   * Deletes a claim that has been copied, and with the last claim of an eligibility the eligibility.
   * @throws TemporaryFailure `claim-changed-meanwhile` if it is not as it was copied, or may not go any more: the next try
   *   looks again, and copies what is new
   */
  async remove(work: Work, claim: ClaimRef, copied: ClaimRows): Promise<void> {
    if (!sameRows(copied, await readClaim(work, claim))) throw new TemporaryFailure('claim-changed-meanwhile')
    const [[stays], [count]] = await work.dialect.questions(work.db, [
      whyItStays(work, claim),
      countOtherClaims(work, claim),
    ])
    if (reasonOf(stays)) throw new TemporaryFailure('claim-changed-meanwhile')
    const alone = count?.others !== 0
    const going = rowsThatGo(copied, { alone })
    const statements = going.map(({ table }) => deletion(work, table, claim, { alone })).reverse()
    const deleted = await work.dialect.batch(work.db, statements)
    // A row that came since it was read would be gone uncopied.
    if (deleted !== going.reduce((sum, { count }) => sum + count, 0))
      throw new TemporaryFailure('claim-changed-meanwhile')
  }
}

/** How many other claims have the eligibility: in `IntSchema`, or as repeat claims on their way there. */
function countOtherClaims(work: Work, claim: ClaimRef): Compilable<{ others: number }> {
  const query = builtQuery(work.dialect, 'other claims', () => otherClaims(work))
  return { compile: () => ofClaim(query, claim) }
}

function otherClaims({ db }: Work) {
  const claimsIn = (schema: 'ExtSchema' | 'IntSchema') =>
    db
      .selectFrom(`${schema}.Claim`)
      .select(sql`count(*)`.as('n'))
      .where('Reference', '=', anyClaim.reference)
      .where('EligibilityId', '=', anyClaim.eligibilityId)
      .$if(schema === 'IntSchema', (query) => query.where('ClaimId', '<>', anyClaim.claimId))
  return db.selectNoFrom(sql<number>`(${claimsIn('ExtSchema')}) + (${claimsIn('IntSchema')})`.as('others'))
}

type Reasons = Readonly<Record<ReasonToStay, number>>

function whyItStays({ db, dialect }: AskedDatabase, claim: ClaimRef): Compilable<Reasons> {
  const query = builtQuery(dialect, 'why it stays', () => reasonsQuery(db))
  return { compile: () => ofClaim(query, claim) }
}

function reasonsQuery(db: Kysely<Database>): Compilable<Reasons> {
  const conditions = conditionsToStay(db)
  const flag = (reason: ReasonToStay) =>
    sql<number>`case when ${conditions[reason]} then 1 else 0 end`.as(reason)
  return db
    .selectFrom('IntSchema.Claim as c')
    .select(reasonsToStay.map(flag))
    .where('c.ClaimId', '=', anyClaim.claimId)
}

const reasonOf = (reasons: Reasons | undefined): ReasonToStay | undefined =>
  reasonsToStay.find((reason) => reasons?.[reason] === 1)

function deletion(work: Work, table: ClaimTable, claim: ClaimRef, { alone }: { alone: boolean }): Compilable {
  const query = builtQuery(work.dialect, `delete ${alone ? 'alone ' : ''}${table}`, () =>
    work.db
      .deleteFrom(table)
      .where(isOfClaim(table, anyClaim, { alone }))
      .$if(table === 'IntSchema.Claim', (query) => query.where(sql<SqlBool>`not ${isTaken(work.db)}`)),
  )
  return { compile: () => ofClaim(query, claim) }
}

/** Asked by the statement that deletes the claim, too: an answer or a payment run may come at any time. */
const isTaken = (db: Kysely<Database>) =>
  sql`(${isReserved(db, 'IntSchema.Claim.ClaimId')} or ${isClaimBusy(db, 'IntSchema.Claim.ClaimId')})`

/** The tables that rows go from, with how many: the claim's own alone, or those of its eligibility too. */
function rowsThatGo(rows: ClaimRows, { alone }: { alone: boolean }): { table: ClaimTable; count: number }[] {
  const documents = rows['IntSchema.ClaimDocument'].filter(({ ClaimId }) => !alone || ClaimId !== null)
  return claimTables
    .filter((table) => !alone || !isOfEligibility(table))
    .map((table) => ({
      table,
      count: (table === 'IntSchema.ClaimDocument' ? documents : rows[table]).length,
    }))
    .filter(({ count }) => count > 0)
}
