import { z } from 'zod'

/** As the database numbers its rows. */
export const rowId = z.int().min(1).max(2_147_483_647)

/** Characters of a Task row's key. */
export const keyLength = 16

/** A row of a Task table, and which run of it this is: set back to PENDING, it runs again. */
export const taskRef = z.strictObject({
  schema: z.enum(['ExtSchema', 'IntSchema']),
  taskId: rowId,
  run: z.int().positive(),
  /** Tells the row from another one that has its number (see `taskKey`). Absent in messages of releases before it. */
  key: z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${keyLength}}$`))
    .optional(),
})
export type TaskRef = z.infer<typeof taskRef>
