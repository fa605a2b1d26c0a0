import { z } from 'zod'
import { claimIds } from './claim-ids.js'
import type { EventDefinition } from './event.js'

export const claimSubmitted = {
  name: 'claim.submitted',
  data: z.strictObject(claimIds),
  example: { reference: 'ABC1234', eligibilityId: 12, claimId: 34 },
  title: 'A claim was submitted, and is where caseworkers see it',
} as const satisfies EventDefinition
