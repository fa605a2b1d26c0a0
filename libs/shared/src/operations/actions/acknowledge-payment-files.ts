import { z } from 'zod'
import { paymentFileOf } from '../../contracts/index.js'
import { storedPaymentFiles } from '../../payments/index.js'
import { acknowledgeFiles } from '../payment-runs/acknowledge-files.js'
import { action } from './action.js'
import { withDocumentStore } from './with-document-store.js'

/** Writes down that stored payment files which the database does not know pay nobody. */
export const acknowledgePaymentFiles = action({
  title: 'acknowledge payment files',
  role: 'operator',
  input: z.strictObject({
    /** The name of one, or the stamp of a run: all of its files. */
    file: z.string().refine((text) => /^\d{14}$/.test(text) || paymentFileOf(text) !== undefined),
  }),
  target: ({ file }) => file,
  run: ({ file }, { env, connection, clock }, { dryRun }) =>
    withDocumentStore(env, async (store) => {
      const { unknown } = await storedPaymentFiles(store, connection)
      const files = await acknowledgeFiles(connection, { unknown, file }, { now: clock.now(), dryRun })
      return { files }
    }),
  words: ({ files }) => `known, and pays nobody: ${files.join(', ')}`,
})
