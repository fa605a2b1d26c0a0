import type { DatabaseConnection } from '#shared/database'
import { numberOf } from './draft.js'

/** The lowest number above those of all claims of this stand-in in the database, so that more can be submitted. */
export async function nextClaimNumber({ db }: DatabaseConnection): Promise<number> {
  const highest = async (schema: 'ExtSchema' | 'IntSchema') => {
    const query = db
      .selectFrom(`${schema}.Claim`)
      .select((row) => row.fn.max<number | null>('ClaimId').as('highest'))
    return (await query.executeTakeFirst())?.highest ?? 0
  }
  return numberOf(Math.max(await highest('ExtSchema'), await highest('IntSchema'))) + 1
}
