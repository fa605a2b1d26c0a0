import type { LetterOutcome, LetterResult } from '../dead-letters/retry-letters.js'
import { bulkAction } from './bulk-action.js'
import { letterSelection, lettersMeant, lettersOfNow } from './letter-selection.js'
import { Tally, tallyWords } from './tally.js'

/** How many letters an answer names. */
const named = 1_000

/**
 * Runs emails and text messages again that were given up, to the visitor's address or number of today instead of the one
 * that their task names.
 */
export const readdressDeadLetters = bulkAction({
  title: 'send to the address of today',
  role: 'operator',
  input: letterSelection,
  bounded: lettersOfNow,
  target: lettersMeant,
  async *pages(selection, { letters }, { dryRun, person = '' }) {
    const tally = new Tally<LetterOutcome, LetterResult>(named)
    for await (const page of letters.readdress(selection, dryRun ? undefined : person)) {
      for (const result of page) tally.add(result.outcome, result)
      yield { total: tally.total, outcomes: tally.byOutcome(), letters: tally.items, cut: tally.cut }
    }
  },
  nothing: { is: ({ total }) => !total, says: 'no email that was given up is meant by that' },
  words: ({ outcomes }) => tallyWords(outcomes),
})
