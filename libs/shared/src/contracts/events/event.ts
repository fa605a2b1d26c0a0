import type { z } from 'zod'

/** All that is agreed about an event that other systems may be told of. Its data is ids, codes and counts: nobody's own. */
export interface EventDefinition {
  readonly name: string
  readonly data: z.ZodType
  /** Invented. */
  readonly example: object
  /** For people. */
  readonly title: string
}
