import { addDays } from '#shared/clock'
import { taskStatus } from '#shared/contracts'
import { ofClaim } from '../../support/claim-rows.js'
import { silentClaim } from '../../support/daily-claims.js'
import type { Processes } from '../../support/processes.js'
import { merge } from '../../support/row-sets.js'
import { insertRows } from '../../support/rows.js'
import { clock, today } from './fault-settings.js'

/** Beyond the numbers of the other claims of a day's work. */
const first = 7_000

const numbers = (count: number) => Array.from({ length: count }, (_, i) => first + i)

/** Claims that the daily run is due to reject, for their claimants were reminded long ago and are silent. */
export const insertSilentClaims = ({ database }: Processes, count: number): Promise<void> =>
  insertRows(
    database.connection,
    merge(...numbers(count).map((n) => silentClaim(n, `${addDays(today, -60)} 04:31:00`))),
  )

/** Their claimants answer, as the external web app hands it over. */
export async function handOverAnswers({ database: { connection } }: Processes, count: number): Promise<void> {
  for (const n of numbers(count))
    await connection.db
      .insertInto('ExtSchema.Task')
      .values({
        Task: 'REQUEST-INFORMATION-RESPONSE',
        ...ofClaim(n),
        AdditionalData: `The paper of claim ${n} has come at last.`,
        DateCreated: clock.now(),
        Status: taskStatus.pending,
      })
      .execute()
}
