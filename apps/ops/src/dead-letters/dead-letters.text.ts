import { toLondon } from '#shared/clock'
import {
  ageOf,
  type DeadLetter,
  type LetterDetails,
  type LetterOutcome,
  noVisitorWords,
  verdictWords,
} from '#shared/operations'
import { ageText } from '../ages.js'
import { tableLines } from '../table.js'
import { toSeconds } from '../times.js'

/** The letters for people, a line each. */
export const letterLines = (letters: readonly DeadLetter[], now: Date): string[] =>
  tableLines(
    ['NUMBER', 'AGE', 'CONSUMER', 'REASON', 'DELIVERIES', 'REFERENCE', 'MESSAGE'],
    letters.map((letter) => [
      ...[letter.sequence, ageText(ageOf(letter.stored, now)), letter.consumer, letter.reason],
      ...[letter.deliveries, letter.reference, letter.messageId],
    ]),
  )

/** What becomes of a letter, in words. */
export const outcomeWords: Readonly<Record<LetterOutcome, string>> = {
  retried: 'retried',
  'done-already': verdictWords['done-already'],
  superseded: verdictWords.superseded,
  'data-gone': verdictWords['data-gone'],
  'no-visitor': noVisitorWords,
  'changed-meanwhile': 'changed meanwhile, and left',
  'origin-unknown': 'left: it does not say which message it was',
  'not-whole': 'left: it is not whole, its stream has it',
  'not-published': 'not published: see to NATS and retry',
}

/** Everything about one letter, for people. Of a body that breaks its contract only that it does. */
export function detailLines(details: LetterDetails, now: Date): string[] {
  const { letter, body, taskStatus, run, verdict } = details
  const place = `${letter.stream || '?'}, number ${letter.streamSequence}`
  return pairLines([
    ['dead letter', letter.sequence],
    ['stored', `${toSeconds(toLondon(letter.stored))}, ${ageText(ageOf(letter.stored, now))} ago`],
    ['consumer', letter.consumer],
    ['reason', letter.reason],
    ['deliveries', letter.deliveries],
    ['message', letter.messageId],
    ['subject', letter.subject],
    ['was in', place],
    ['task', letter.task && `${letter.task.schema}.Task.${letter.task.taskId}, run ${letter.task.run}`],
    ['task status', taskStatus],
    [
      'run',
      run && `${run.State}, failed attempts before ${run.Attempts}, last reason ${run.LastReason ?? '-'}`,
    ],
    ['run began', run && toSeconds(run.DateCreated)],
    ['run ended', run?.DateEnded && toSeconds(run.DateEnded)],
    ['body', body.keepsContract ? JSON.stringify(body.body) : `${body.bytes} bytes that break the contract`],
    ['retry', verdictWords[verdict]],
  ])
}

function pairLines(pairs: readonly (readonly [string, string | number | null | undefined])[]): string[] {
  const width = Math.max(...pairs.map(([name]) => name.length))
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${value ?? '-'}`)
}
