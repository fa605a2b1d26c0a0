import { Injectable } from '@nestjs/common'
import { sql, type Compilable } from 'kysely'
import { DatabaseConnection, type ClaimRef, type Work } from '#shared/database'
import { TemporaryFailure } from '#shared/messaging'
import { sameRows } from './archive-claim.rules.js'
import { anyClaim, builtQuery, ofClaim } from './built-queries.js'
import {
  claimTables,
  isOfClaim,
  isOfEligibility,
  readClaim,
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

  read(claim: ClaimRef): Promise<ClaimRows> {
    return readClaim(this.connection, claim)
  }

  /**
   * Deletes a claim that has been copied, and with the last claim of an eligibility the eligibility.
   * @throws TemporaryFailure `claim-changed-meanwhile` if it is not as it was copied: the next try copies what is new
   */
  async remove(work: Work, claim: ClaimRef, copied: ClaimRows): Promise<void> {
    if (!sameRows(copied, await readClaim(work, claim))) throw new TemporaryFailure('claim-changed-meanwhile')
    const alone = await isEligibilityInUse(work, claim)
    const going = rowsThatGo(copied, { alone })
    const statements = going.map(({ table }) => deletion(work, table, claim, { alone })).reverse()
    const deleted = await work.dialect.batch(work.db, statements)
    // A row that came since it was read would be gone uncopied.
    if (deleted !== going.reduce((sum, { count }) => sum + count, 0))
      throw new TemporaryFailure('claim-changed-meanwhile')
  }
}

/** Whether another claim has the eligibility: one in `IntSchema`, or a repeat claim that is on its way there. */
async function isEligibilityInUse(work: Work, claim: ClaimRef): Promise<boolean> {
  const query = builtQuery(work.dialect, 'other claims', () => otherClaims(work))
  const { rows } = await work.db.executeQuery(ofClaim(query, claim))
  return rows[0]?.others !== 0
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

function deletion(work: Work, table: ClaimTable, claim: ClaimRef, { alone }: { alone: boolean }): Compilable {
  const query = builtQuery(work.dialect, `delete ${alone ? 'alone ' : ''}${table}`, () =>
    work.db.deleteFrom(table).where(isOfClaim(table, anyClaim, { alone })),
  )
  return { compile: () => ofClaim(query, claim) }
}

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
