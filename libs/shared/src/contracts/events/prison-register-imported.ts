import { z } from 'zod'
import { rowId } from '../task-ref.js'
import type { EventDefinition } from './event.js'

const count = z.int().min(0)

export const prisonRegisterImported = {
  name: 'prison_register.imported',
  data: z.strictObject({ flow: rowId, changed: count, closed: count, failed: count }),
  example: { flow: 12, changed: 4, closed: 1, failed: 0 },
  title: 'A register of prisons was taken in',
} as const satisfies EventDefinition
