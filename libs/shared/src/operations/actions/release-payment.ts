import { z } from 'zod'
import { releasePayment as release } from '../payment-runs/release-payment.js'
import { action } from './action.js'

/** Lets go of what a recovered run has paid under a number that something else has by now. */
export const releasePayment = action({
  title: 'release a payment that a recovered run keeps',
  role: 'operator',
  input: z.strictObject({
    /** Of the run that was recovered. */
    stamp: z.string().regex(/^\d{14}$/),
    kind: z.enum(['claim', 'top-up']),
    /** `ClaimId` or `TopUpId`. */
    id: z.int().positive(),
  }),
  target: ({ stamp, kind, id }) => `${stamp} ${kind} ${id}`,
  run: async (input, { connection }, { dryRun }) => {
    await release(connection, input, { dryRun })
    return input
  },
  words: ({ kind, id }) => `paid by the next run, if it is to be paid: ${kind} ${id}`,
})
