import { z } from 'zod'
import { claimIds } from './claim-ids.js'
import type { EventDefinition } from './event.js'

/** Of decisions that the services make: a caseworker's are the internal web app's. */
export const claimDecided = {
  name: 'claim.decided',
  data: z.strictObject({ ...claimIds, decision: z.enum(['approved', 'rejected']) }),
  example: { reference: 'ABC1234', eligibilityId: 12, claimId: 34, decision: 'approved' },
  title: 'A claim was approved or rejected by the services’ rules',
} as const satisfies EventDefinition
