import { z } from 'zod'
import type { EventDefinition } from './event.js'

export const paymentFilesWritten = {
  name: 'payment_files.written',
  data: z.strictObject({ run: z.string().min(1).max(50), date: z.iso.date(), payments: z.int().min(0) }),
  example: { run: 'payment-run.2026-11-20', date: '2026-11-20', payments: 120 },
  title: 'The files of a payment run are written',
} as const satisfies EventDefinition
