import type { Verdict } from './run-again.rules.js'

/** What becomes of a dead letter that is retried, for people. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  reopen: 'its run is opened again, and its message published under the same id',
  publish: 'its message is published again under the same id',
  'done-already': 'done already, so the letter goes',
  superseded: 'its task runs again by another run, so the letter goes',
  'data-gone': 'left: what it said was deleted for its age; what is still wanted is a new row',
}

/** What becomes of a notification about no claim that is to go to a visitor, for people. */
export const noVisitorWords =
  'left: it is about no claim, so there is no visitor; put its row’s data right and retry it'
