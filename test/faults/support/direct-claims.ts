import { subjects } from '#shared/contracts'
import type { SubmittedClaim } from '../../../testing/simulators/external-web-app/index.js'
import { BareClient } from '../../support/bare-client.js'
import type { Processes } from '../../support/processes.js'
import { insertRows } from '../../support/rows.js'
import { until } from '../../support/until.js'
import { patience } from './fault-settings.js'

/** Hands claims over by publishing alone, as a web app without a Task table may: no Task row, no id, no header. */
export async function publishClaims(processes: Processes, claims: readonly SubmittedClaim[]): Promise<void> {
  await insertClaims(processes, claims)
  await publish(processes, claims)
}

/** What the web app has committed before it publishes. */
export async function insertClaims(
  { database: { connection } }: Processes,
  claims: readonly SubmittedClaim[],
): Promise<void> {
  for (const { existing, rows } of claims) {
    await insertRows(connection, existing)
    await insertRows(connection, rows)
  }
}

export async function publish({ nats }: Processes, claims: readonly SubmittedClaim[]): Promise<void> {
  const client = await BareClient.connect(nats.url)
  try {
    for (const { reference, eligibilityId, claimId } of claims)
      await client.publish(subjects.claimSubmitted, { reference, eligibilityId, claimId })
  } finally {
    await client.close()
  }
}

/** Waits until each of the claims has come in from outside: only its message knows of it. */
export const haveComeIn = (
  { database: { connection } }: Processes,
  claims: readonly SubmittedClaim[],
): Promise<void> =>
  until(
    'every claim that was published has come in',
    async () => {
      const ids = claims.map(({ claimId }) => claimId)
      const rows = await connection.db
        .selectFrom('IntSchema.Claim')
        .select('ClaimId')
        .where('ClaimId', 'in', ids)
        .execute()
      return rows.length === ids.length
    },
    patience,
    50,
  )
