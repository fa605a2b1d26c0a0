import { Injectable } from '@nestjs/common'
import { sql } from 'kysely'
import { DatabaseConnection, type Row } from '#shared/database'
import type { Claimant } from './recover-reference.rules.js'

/** Finds claimants by what they know of themselves. */
@Injectable()
export class Eligibilities {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Visitor and reference of the claimant's latest eligibility, whatever the case of letters and spaces around. */
  latestOf({
    emailAddress,
    prisonNumber,
  }: Claimant): Promise<Pick<Row<'IntSchema.Visitor'>, 'Reference' | 'FirstName'> | undefined> {
    const { db, dialect } = this.connection
    const query = db
      .selectFrom('IntSchema.Eligibility as e')
      .innerJoin('IntSchema.Visitor as v', (join) =>
        join.onRef('v.EligibilityId', '=', 'e.EligibilityId').onRef('v.Reference', '=', 'e.Reference'),
      )
      .innerJoin('IntSchema.Prisoner as p', (join) =>
        join.onRef('p.EligibilityId', '=', 'e.EligibilityId').onRef('p.Reference', '=', 'e.Reference'),
      )
      .select(['v.Reference', 'v.FirstName'])
      .where(comparable(sql.ref('v.EmailAddress')), '=', comparable(emailAddress))
      .where(comparable(sql.ref('p.PrisonNumber')), '=', comparable(prisonNumber))
      .orderBy('e.DateSubmitted', 'desc')
      .orderBy('e.EligibilityId', 'desc')
    return dialect.first(query, 1).executeTakeFirst()
  }
}

/** Folded by the database on both sides, for it and JavaScript fold letters with accents differently. */
const comparable = (text: unknown) => sql<string>`lower(ltrim(rtrim(${text})))`
