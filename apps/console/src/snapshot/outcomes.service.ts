import { Injectable } from '@nestjs/common'
import { MessageStates, type ActionDetails, type MessageState } from '#shared/operations'
import { journeyCell } from '../pages/journey-cell.js'
import type { Cell } from '../pages/table.js'

/** What became of the messages that an action ran again. */
export interface Became {
  readonly words: string
  readonly headings: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/** More are counted with the first of them. */
const most = 100
const shown = 20

/** Looks what became of what was retried: done by now, under way, or given up once more. */
@Injectable()
export class Outcomes {
  constructor(private readonly states: MessageStates) {}

  /** Undefined where the action has run nothing again, be it that it failed before it did. */
  async of({ result }: Pick<ActionDetails, 'result'>): Promise<Became | undefined> {
    const retried = retriedIn(result)
    if (!retried.length) return undefined
    const ids = retried.slice(0, most).map(({ id }) => id)
    const known = await this.states.of(ids)
    const stateOf = (id: string): MessageState => known.get(id) ?? 'under-way'
    const counts = (['done', 'under-way', 'failed'] as const).map((each) => ({
      each,
      count: ids.filter((id) => stateOf(id) === each).length,
    }))
    const parts = counts.filter(({ count }) => count).map(({ each, count }) => `${count} ${words[each]}`)
    return {
      words: `${retried.length > most ? `Of the first ${most}: ` : ''}${parts.join(', ')}.`,
      headings: ['Message', 'Reference', 'State'],
      rows: retried
        .slice(0, shown)
        .map(({ id, reference }) => [
          id,
          journeyCell(reference),
          { text: words[stateOf(id)], tag: tags[stateOf(id)] },
        ]),
    }
  }
}

const words = { done: 'done', 'under-way': 'under way', failed: 'given up again' } as const
const tags = { done: 'green', 'under-way': 'yellow', failed: 'red' } as const

/** As the actions that retry write down what they did. */
function retriedIn(result: string | null): { id: string; reference?: string }[] {
  const { letters = [], tasks = [] } = JSON.parse(result ?? '{}') as {
    letters?: { letter: { messageId: string; reference?: string }; outcome: string }[]
    tasks?: { row: { reference: string | null; lastRun?: { id: string } }; outcome: string }[]
  }
  return [
    ...letters
      .filter(({ outcome }) => outcome === 'retried')
      .map(({ letter: { messageId: id, reference } }) => ({ id, ...(reference ? { reference } : {}) })),
    ...tasks
      .filter(({ outcome, row }) => outcome === 'retried' && row.lastRun)
      .map(({ row }) => ({
        id: row.lastRun?.id ?? '',
        ...(row.reference ? { reference: row.reference } : {}),
      })),
  ]
}
