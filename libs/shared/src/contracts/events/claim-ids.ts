import { z } from 'zod'
import { rowId } from '../task-ref.js'

/** The three columns that name a claim. */
export const claimIds = {
  reference: z.string().min(1).max(10),
  eligibilityId: rowId,
  claimId: rowId,
}
