import { action } from './action.js'
import { letterSelection, lettersMeant, lettersOfNow, noLetterMeant } from './letter-selection.js'
import { Tally } from './tally.js'

/** How many letters an answer names. */
const named = 1_000

/** Deletes dead letters for good. Their Task rows stay failed. */
export const discardDeadLetters = action({
  title: 'discard dead letters',
  role: 'operator',
  input: letterSelection,
  bounded: lettersOfNow,
  target: lettersMeant,
  async run(selection, { letters }, { dryRun }) {
    const tally = new Tally<'discarded', number>(named)
    for await (const page of letters.discard(selection, dryRun))
      for (const { sequence } of page) tally.add('discarded', sequence)
    if (!tally.total) throw noLetterMeant()
    return { discarded: tally.total, sequences: tally.items, cut: tally.cut }
  },
  words: ({ discarded }) => `discarded: ${discarded}`,
})
