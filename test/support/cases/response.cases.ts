import type { ClaimCase } from '../claim-cases.js'
import { doneFollowUp, emailOf } from '../claim-ends.js'
import { pendingTask, rowId } from '../claim-rows.js'
import { add, both, edit, type Row } from '../row-sets.js'
import { document } from './claim-parts.js'
import { responseDecidedCases } from './response-decided.cases.js'
import { responseBankDetailCases } from './response-bank-details.cases.js'
import { responseDocumentCases } from './response-documents.cases.js'
import {
  responseTask,
  waitingClaim,
  takenIn,
  messageFrom,
  updated,
  replaced,
  confirmation,
  confirmationOf,
  disable,
  outside,
} from './response-parts.js'

function message(n: number, about: string, text: string, note?: string): ClaimCase {
  const given = waitingClaim(n, {}, text)
  return { about, given, expected: takenIn(n, given, note === undefined ? [] : [messageFrom(n, note)]) }
}

function status(n: number, about: string, claim: Row, becomes: string): ClaimCase {
  const given = waitingClaim(n, claim, 'See above.')
  return { about, given, expected: takenIn(n, given, [messageFrom(n, 'See above.')], becomes) }
}

function unreviewedFirstTime(n: number): ClaimCase {
  const claim = { ClaimType: 'first-time', Status: 'PENDING', DateReviewed: null, Caseworker: null }
  return status(n, 'a first claim nobody has reviewed is new again, and waits for a caseworker', claim, 'NEW')
}

/** Two answers of one claim at once: both messages, and what came with them once. */
function twoAnswers(n: number): ClaimCase {
  const page = document(n, 3, confirmation)
  const second = pendingTask(n, responseTask, { TaskId: rowId.task(n, 1), AdditionalData: 'Two.' })
  const given = edit(waitingClaim(n, {}, 'One.'), { 'ExtSchema.Task': add(second) })
  const events = [
    replaced(n, confirmationOf(n)),
    updated(n, page),
    ...['One.', 'Two.'].map((text) => messageFrom(n, text)),
  ]
  const email = doneFollowUp(n, `${responseTask}-SUBMITTED-NOTIFICATION`, emailOf(given))
  return {
    about: 'two answers at once: both messages, and the document once',
    given: edit(given, outside(page)),
    expected: edit(takenIn(n, given, events), {
      'IntSchema.ClaimDocument': both(disable(confirmationOf(n)), add(page)),
      'IntSchema.Task': add(email),
    }),
  }
}

const markup = `<b>O'Brien</b> & "co" ~~ 🦊\n\tSiân; drop table`
// A fox takes two places, and the column ends in the middle of one.
const foxes = '🦊'.repeat(1500)

export const responseCases: readonly ClaimCase[] = [
  ...responseDocumentCases,
  ...responseBankDetailCases,
  message(16, 'a message alone', 'Thank you!\nBoth are there.', 'Thank you!\nBoth are there.'),
  message(17, 'a blank message is none', ' \n\t '),
  message(18, 'a message with markup and an emoji stays as it is', markup, markup),
  message(19, 'a message of its column’s length stays whole', 'x'.repeat(2000), 'x'.repeat(2000)),
  message(20, 'a message of 3,000 characters is cut', 'x'.repeat(3000), `${'x'.repeat(1999)}…`),
  message(21, 'no emoji is cut in half', foxes, `${'🦊'.repeat(999)}…`),
  unreviewedFirstTime(22),
  twoAnswers(25),
  ...responseDecidedCases,
]
