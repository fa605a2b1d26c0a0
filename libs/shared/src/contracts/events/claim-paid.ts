import { z } from 'zod'
import { rowId } from '../task-ref.js'
import { claimIds } from './claim-ids.js'
import type { EventDefinition } from './event.js'

export const claimPaid = {
  name: 'claim.paid',
  data: z.strictObject({ reference: claimIds.reference, claimId: rowId, run: z.string().min(1).max(50) }),
  example: { reference: 'ABC1234', claimId: 34, run: 'payment-run.2026-11-20' },
  title: 'A claim was paid: it is in the files of a payment run, and marked so',
} as const satisfies EventDefinition
