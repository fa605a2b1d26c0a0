import { toLondon } from '#shared/clock'
import { taskStatus } from '#shared/contracts'
import type { Site } from './site.js'
import { waitUntil } from './wait.js'

const emailMs = 30_000

/**
 * Has one email refused as Notify refuses an address, so that there is something to mend: the email of a claim that has
 * ended, once more.
 * @param refuseOne makes the stand-in for Notify refuse the next email
 * @returns the claim's reference; undefined where no claim came in
 */
export async function makeDeadLetter(site: Site, refuseOne: () => void): Promise<string | undefined> {
  const { db } = site.connection
  const claim = await db
    .selectFrom('IntSchema.Claim as c')
    .innerJoin('IntSchema.Visitor as v', 'v.EligibilityId', 'c.EligibilityId')
    .select(['c.Reference', 'c.EligibilityId', 'c.ClaimId', 'v.EmailAddress'])
    .orderBy('c.ClaimId')
    .executeTakeFirst()
  if (!claim) return undefined
  refuseOne()
  const { Reference, EligibilityId, ClaimId, EmailAddress } = claim
  const latest = () =>
    db
      .selectFrom('IntSchema.Task')
      .select(['TaskId', 'Status'])
      .where('Reference', '=', Reference)
      .orderBy('TaskId', 'desc')
      .executeTakeFirst()
  await db
    .insertInto('IntSchema.Task')
    .values({
      ...{ Task: 'SEND-CLAIM-NOTIFICATION', Reference, EligibilityId, ClaimId, AdditionalData: EmailAddress },
      ...{ Status: taskStatus.pending, DateCreated: toLondon(new Date()) },
    })
    .execute()
  await waitUntil(async () => (await latest())?.Status === taskStatus.failed, {
    signal: site.halt.signal,
    limitMs: emailMs,
    missing: () => 'the email that is refused was not given up',
  })
  return Reference
}
