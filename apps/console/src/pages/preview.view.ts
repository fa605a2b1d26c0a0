import { pounds } from '#shared/database'
import { tallyWords, type ActionName, type ResultOf } from '#shared/operations'
import { journeyCell } from './journey-cell.js'
import type { Cell, Table } from './table.js'

/** What an action would come to, for people. */
export interface Preview {
  /** One line. */
  readonly words?: string
  /** Why it cannot be done. */
  readonly impossible?: string
  readonly tables: readonly Table[]
}

const shown = 20

export function previewOf(name: ActionName, result: ResultOf<ActionName>, words: string): Preview {
  if (name === 'retry-dead-letters' || name === 'readdress-dead-letters')
    return letters(result as ResultOf<'retry-dead-letters'>)
  if (name === 'retry-tasks') return tasks(result as ResultOf<'retry-tasks'>)
  if (name === 'replay-stretch') return { words, tables: [stretch(result as ResultOf<'replay-stretch'>)] }
  if (name === 'fire-job') return { words, tables: leftOut(result as ResultOf<'fire-job'>) }
  return { words, tables: [] }
}

function letters({ total, outcomes, letters: found }: ResultOf<'retry-dead-letters'>): Preview {
  const rows = found
    .slice(0, shown)
    .map(({ letter, outcome }): Cell[] => [
      { text: String(letter.sequence), href: `/failures/${letter.sequence}` },
      letter.messageId,
      journeyCell(letter.reference),
      outcome,
    ])
  return {
    words: tallyWords(outcomes),
    tables: [
      {
        caption: total > shown ? `The first ${shown} of ${total}` : 'One by one',
        headings: ['Dead letter', 'Message', 'Reference', 'What becomes of it'],
        rows,
      },
    ],
  }
}

function tasks({ total, outcomes, tasks: found }: ResultOf<'retry-tasks'>): Preview {
  const rows = found
    .slice(0, shown)
    .map(({ row, outcome }): Cell[] => [
      `${row.schema}.Task.${row.taskId}`,
      row.task,
      journeyCell(row.reference),
      outcome,
    ])
  return {
    words: tallyWords(outcomes),
    tables: [
      {
        caption: total > shown ? `The first ${shown} of ${total}` : 'One by one',
        headings: ['Task', 'Name', 'Reference', 'What becomes of it'],
        rows,
      },
    ],
  }
}

const stretch = ({ subjects, total }: ResultOf<'replay-stretch'>): Table => ({
  caption: 'By subject',
  headings: ['Subject', 'Read', 'Done already', 'Published again'],
  rows: [...subjects, { subject: 'together', ...total }].map(({ subject, read, done, republished }) => [
    ...[subject, read, done, republished],
  ]),
})

function leftOut({ pays }: ResultOf<'fire-job'>): Table[] {
  if (!pays?.leftOut) return []
  const { leftOut: count, leftOutPence, firstLeftOut } = pays
  return [
    {
      caption: `It would leave out ${count}, ${pounds(leftOutPence).toFixed(2)} pounds together`,
      headings: ['Kind', 'Number', 'Claim', 'Reference', 'Pounds', 'Why'],
      rows: firstLeftOut.map(({ kind, itemId, claimId, reference, pence, reason }): Cell[] => [
        ...[kind, itemId, claimId],
        journeyCell(reference),
        ...[Number.isNaN(pence) ? '?' : pounds(pence).toFixed(2), reason],
      ]),
    },
  ]
}
