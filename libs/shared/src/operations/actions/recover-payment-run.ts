import { z } from 'zod'
import { pounds } from '../../database/index.js'
import { readStoredRun, recoverRun } from '../payment-runs/recover-run.js'
import { action } from './action.js'
import { withDocumentStore } from './with-document-store.js'

/** Writes down a payment run that the database has lost, so that nobody is paid by it again. */
export const recoverPaymentRun = action({
  title: 'recover a payment run',
  role: 'operator',
  input: z.strictObject({ stamp: z.string().regex(/^\d{14}$/) }),
  target: ({ stamp }) => `payment run ${stamp}`,
  run: ({ stamp }, { env, connection, clock }, { dryRun }) =>
    withDocumentStore(env, async (store) => {
      const { manifest, ...result } = await recoverRun(connection, await readStoredRun(store, stamp), {
        now: clock.now(),
        dryRun,
      })
      const { claims, topUps, totalPence } = manifest
      return { ...result, paid: { claims, topUps, totalPence } }
    }),
  words: ({ runId, wasKnown, paid, marked, notMarked }) =>
    wasKnown
      ? `${runId} is known and settled`
      : `${runId} has paid ${pounds(paid.totalPence).toFixed(2)} pounds; marked ${marked.claims} claims and ${marked.topUps} top-ups, not marked ${notMarked.length}`,
})
