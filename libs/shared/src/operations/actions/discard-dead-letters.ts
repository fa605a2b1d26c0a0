import { bulkAction } from './bulk-action.js'
import { letterSelection, lettersMeant, lettersOfNow, noLetterMeant } from './letter-selection.js'
import { Tally } from './tally.js'

/** How many letters an answer names. */
const named = 1_000

/** Deletes dead letters for good. Their Task rows stay failed. */
export const discardDeadLetters = bulkAction({
  title: 'discard dead letters',
  role: 'operator',
  input: letterSelection,
  bounded: lettersOfNow,
  target: lettersMeant,
  async *pages(selection, { letters }, { dryRun }) {
    const tally = new Tally<'discarded', number>(named)
    for await (const page of letters.discard(selection, dryRun)) {
      for (const { sequence } of page) tally.add('discarded', sequence)
      yield { discarded: tally.total, sequences: tally.items, cut: tally.cut }
    }
  },
  nothing: { is: ({ discarded }) => !discarded, says: noLetterMeant },
  words: ({ discarded }) => `discarded: ${discarded}`,
})
