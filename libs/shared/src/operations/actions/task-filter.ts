import { z } from 'zod'
import type { ActionParts } from './action-parts.js'

const age = z.int().min(0)

/** Which failed Task rows are meant; all that is given must hold. Closed ones are only meant by their number. */
export const taskFilter = z.strictObject({
  schema: z.enum(['ExtSchema', 'IntSchema']).exactOptional(),
  id: z.int().min(1).exactOptional(),
  task: z.string().min(1).max(100).exactOptional(),
  reference: z.string().min(1).max(10).exactOptional(),
  olderThan: age.exactOptional(),
  newerThan: age.exactOptional(),
  /** What failed later had not when somebody looked. */
  until: z.iso.datetime().exactOptional(),
})

/** The rows of a filter that have failed by now. One that is meant by its number is meant whenever it failed. */
export const tasksOfNow = (
  filter: z.infer<typeof taskFilter>,
  { clock }: Pick<ActionParts, 'clock'>,
): Promise<z.infer<typeof taskFilter>> =>
  Promise.resolve({
    ...filter,
    ...(filter.id === undefined ? { until: clock.instant().toISOString() } : {}),
    ...(filter.until === undefined ? {} : { until: filter.until }),
  })

/** The same in one line. */
export function tasksMeant(filter: z.infer<typeof taskFilter>): string {
  const parts = Object.entries(filter).map(([name, value]) => `${name} ${value}`)
  return parts.length ? `failed tasks of ${parts.join(', ')}` : 'all failed tasks'
}

export const noTaskMeant = 'no failed task is meant by that'
