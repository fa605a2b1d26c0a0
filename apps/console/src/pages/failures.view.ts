import type { TaskRef } from '#shared/contracts'
import { isHandlerName } from '#shared/messaging'
import {
  isReaddressable,
  wordsOfReason,
  type DeadLetter,
  type LetterDetails,
  verdictWords,
} from '#shared/operations'
import type { LetterGroup } from '../snapshot/letter-groups.rules.js'
import { timeText } from '../text.js'
import { journeyCell } from './journey-cell.js'
import type { Cell } from './table.js'

/** A group as the page shows it, with what the runbook says. */
export interface GroupView extends LetterGroup {
  readonly means: string
  readonly mend: string
  readonly href: string
  /** What retrying or discarding all of it is about. */
  readonly input: object
  /** They may go to the visitor's address or number of today instead. */
  readonly mayReaddress: boolean
}

/** Whether a letter is of an email or a text message whose recipient may be what is wrong. */
export const mayReaddress = ({ consumer, reason }: Pick<LetterGroup, 'consumer' | 'reason'>): boolean =>
  isReaddressable({ consumer }) && /^(?:notify-(?:400(?:-address)?$|address-)|recipient-)/.test(reason)

export function groupView(group: LetterGroup): GroupView {
  const { reason, consumer, subject } = group
  const words = wordsOfReason(reason)
  const query = new URLSearchParams({ reason, consumer, subject })
  const filter = {
    ...(isHandlerName(consumer) ? { consumer } : {}),
    ...(reason === '' ? {} : { reason }),
    ...(subject === '' ? {} : { subject }),
  }
  return {
    ...group,
    means: words?.means ?? '',
    mend: plain(words?.mend ?? ''),
    href: `/failures?${query.toString()}`,
    input: { filter },
    mayReaddress: mayReaddress(group),
  }
}

/** Without the marks of Markdown; an entry of the runbook keeps its name. */
const plain = (markdown: string): string =>
  markdown.replaceAll('`', '').replace(/\[([^\]]+)\]\(#([^)]+)\)/g, 'runbook, “$2”')

export const letterRows = (letters: readonly DeadLetter[]): Cell[][] =>
  letters.map(({ sequence, stored, reference, messageId, deliveries }) => [
    { text: String(sequence), href: `/failures/${sequence}`, label: `Dead letter ${sequence}` },
    timeText(stored),
    journeyCell(reference),
    messageId,
    deliveries,
  ])

function taskCell({ schema, taskId, run }: TaskRef): Cell {
  const name = `${schema}.Task.${taskId}`
  return journeyCell(name, `${name}, run ${run}`)
}

/** Everything about one letter. Of a body that breaks its contract only that it does. */
export function letterPairs({ letter, body, verdict, taskStatus, run }: LetterDetails): [string, Cell][] {
  const { reference, reason, task } = letter
  const words = wordsOfReason(reason)
  return [
    ['Reason', { text: reason, hint: words ? `${words.means}. To put right: ${plain(words.mend)}.` : '' }],
    ['Handler', letter.consumer],
    ['Reference', journeyCell(reference)],
    ['Stored', timeText(letter.stored)],
    ['Deliveries', letter.deliveries],
    ['Message', letter.messageId],
    ['Subject', letter.subject],
    ['Was in', `${letter.stream || '?'}, number ${letter.streamSequence}`],
    ['Task', task ? taskCell(task) : ''],
    ['Task status', taskStatus ?? ''],
    [
      'Run',
      run ? `${run.State}, failed attempts before ${run.Attempts}, last reason ${run.LastReason ?? '–'}` : '',
    ],
    ['Body', body.keepsContract ? JSON.stringify(body.body) : `${body.bytes} bytes that break the contract`],
    ['A retry', verdictWords[verdict]],
  ]
}
