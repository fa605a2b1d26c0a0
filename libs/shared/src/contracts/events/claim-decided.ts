import { z } from 'zod'
import { claimIds } from './claim-ids.js'
import type { EventDefinition } from './event.js'

/** What may be decided of a claim, and may be decided otherwise later. */
export const decisions = ['approved', 'rejected', 'information-requested'] as const
export type Decision = (typeof decisions)[number]

export const claimDecided = {
  name: 'claim.decided',
  data: z.strictObject({ ...claimIds, decision: z.enum(decisions) }),
  example: { reference: 'ABC1234', eligibilityId: 12, claimId: 34, decision: 'approved' },
  title:
    'A claim was approved or rejected, or information was asked for, by the services’ rules or by a caseworker',
} as const satisfies EventDefinition
