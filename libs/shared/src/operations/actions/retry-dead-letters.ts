import type { LetterOutcome, LetterResult } from '../dead-letters/retry-letters.js'
import { bulkAction } from './bulk-action.js'
import { letterSelection, lettersMeant, lettersOfNow, noLetterMeant } from './letter-selection.js'
import { Tally, tallyWords } from './tally.js'

/** How many letters an answer names. */
const named = 1_000

/** Runs dead letters again as the same messages: nothing is done or sent twice. */
export const retryDeadLetters = bulkAction({
  title: 'retry dead letters',
  role: 'operator',
  input: letterSelection,
  bounded: lettersOfNow,
  target: lettersMeant,
  async *pages(selection, { letters }, { dryRun }) {
    const tally = new Tally<LetterOutcome, LetterResult>(named)
    for await (const page of letters.retry(selection, dryRun)) {
      for (const result of page) tally.add(result.outcome, result)
      yield { total: tally.total, outcomes: tally.byOutcome(), letters: tally.items, cut: tally.cut }
    }
  },
  nothing: { is: ({ total }) => !total, says: noLetterMeant },
  words: ({ outcomes }) => tallyWords(outcomes),
})
