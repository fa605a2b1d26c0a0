import { z } from 'zod'
import { paymentFileOf } from '../../contracts/index.js'
import { OperationFailed } from '../operation-failed.js'
import { action } from './action.js'
import { withDocumentStore } from './with-document-store.js'

/** Somebody takes a file that says who is paid what. Changes nothing, and is written down all the same. */
export const downloadPaymentFile = action({
  title: 'download a payment file',
  role: 'finance',
  ownPage: true,
  input: z.strictObject({ file: z.string().refine((text) => paymentFileOf(text) !== undefined) }),
  target: ({ file }) => file,
  run: ({ file }, { env }) =>
    withDocumentStore(env, async (store) => {
      const bytes = await store.get(file)
      if (!bytes) throw new OperationFailed('the store has no such file any more')
      // It is written down by its name: who is paid what is for whoever asked alone.
      return { file, bytes, toJSON: () => ({ file }) }
    }),
  words: ({ file }) => `${file} is handed over`,
})
