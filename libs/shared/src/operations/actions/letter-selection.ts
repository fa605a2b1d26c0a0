import { z } from 'zod'
import type { ActionParts } from './action-parts.js'
import { handlerName } from './handler-name.js'

const age = z.int().min(0)

/** Dead letters by their numbers, or all that a filter means. */
export const letterSelection = z.union([
  z.strictObject({ sequences: z.array(z.int().min(1)).min(1).max(10_000).readonly() }),
  z.strictObject({
    filter: z.strictObject({
      consumer: handlerName.exactOptional(),
      reason: z.string().min(1).max(100).exactOptional(),
      subject: z.string().min(1).max(100).exactOptional(),
      reference: z.string().min(1).max(10).exactOptional(),
      olderThan: age.exactOptional(),
      newerThan: age.exactOptional(),
      /** What is younger was not there when somebody looked. */
      upTo: z.int().min(1).exactOptional(),
    }),
  }),
])

export type LetterSelectionGiven = z.infer<typeof letterSelection>

/** The letters of a filter that are there now. */
export async function lettersOfNow(
  selection: LetterSelectionGiven,
  { letters }: Pick<ActionParts, 'letters'>,
): Promise<LetterSelectionGiven> {
  if ('sequences' in selection) return selection
  const { upTo = Infinity, ...filter } = selection.filter
  return { filter: { ...filter, upTo: Math.min(upTo, Math.max(1, await letters.newest())) } }
}

/** Which letters are meant, in one line. */
export function lettersMeant(selection: LetterSelectionGiven): string {
  if ('sequences' in selection) return `dead letters ${selection.sequences.join(', ')}`
  const parts = Object.entries(selection.filter).map(([name, value]) => `${name} ${value}`)
  return parts.length ? `dead letters of ${parts.join(', ')}` : 'all dead letters'
}

export const noLetterMeant = 'no dead letter is meant by that'
