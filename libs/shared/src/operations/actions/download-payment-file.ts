import { z } from 'zod'
import { paymentFileOf } from '../../contracts/index.js'
import { action } from './action.js'

/** Somebody takes a file that says who is paid what. Changes nothing, and is written down all the same. */
export const downloadPaymentFile = action({
  title: 'download a payment file',
  role: 'finance',
  input: z.strictObject({ file: z.string().refine((text) => paymentFileOf(text) !== undefined) }),
  target: ({ file }) => file,
  run: ({ file }) => Promise.resolve({ file }),
  words: ({ file }) => `${file} is handed over`,
})
