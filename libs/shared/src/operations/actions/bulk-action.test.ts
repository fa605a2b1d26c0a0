import { describe, expect, it } from 'vitest'
import { BrokenOff, OperationFailed } from '../operation-failed.js'
import type { ActionParts } from './action-parts.js'
import type { ActionName, InputOf } from './actions.js'
import type { OperatorActions } from './operator-actions.repository.js'
import { Actions } from './perform-actions.js'

interface Ended {
  readonly state: string
  readonly outcome: string
  readonly result?: string
}

/** Pages, until what they are asked of is there no more. */
async function* breakingOff<Page>(...pages: readonly Page[]): AsyncGenerator<Page> {
  for (const page of pages) yield await Promise.resolve(page)
  throw new OperationFailed('the connection broke off')
}

/** What is written down of an action, and what whoever asked is told. */
async function perform<Name extends ActionName>(
  name: Name,
  input: InputOf<Name>,
  { parts, isAway = false }: { readonly parts: object; readonly isAway?: boolean },
) {
  const ended: Ended[] = []
  const rows = {
    begin: () => Promise.resolve(true),
    end: (_: string, state: string, came: Omit<Ended, 'state'>) =>
      isAway ? Promise.reject(new Error('away')) : Promise.resolve(void ended.push({ state, ...came })),
  } as unknown as OperatorActions
  const told = await new Actions(parts as ActionParts, rows)
    .perform({ name, input, actor: { person: 'ada', via: 'console' }, reason: 'to see' })
    .then(({ words }) => words)
    .catch((error: unknown) => error)
  return { told, ended }
}

const letters = { filter: {} }
const letter = (sequence: number) => ({ sequence, messageId: `m.${sequence}` })
const retried = (sequence: number) => ({ letter: letter(sequence), outcome: 'retried' as const })
const replayed = { subject: 'claims.submitted', read: 3, done: 1, republished: 2 }
const stretch = { from: '2020-01-01T00:00:00.000Z', to: '2020-01-02T00:00:00.000Z' }

/** Each with what there is of its pages, and what came of them. */
const cases: readonly {
  readonly name: ActionName
  readonly input: object
  readonly parts: object
  readonly words: string
  readonly result: object
}[] = [
  {
    ...{ name: 'discard-dead-letters', input: letters, words: 'discarded: 3' },
    parts: { letters: { discard: () => breakingOff([letter(1), letter(2)], [letter(3)]) } },
    result: { discarded: 3, sequences: [1, 2, 3], cut: false },
  },
  {
    ...{ name: 'retry-dead-letters', input: letters, words: '2 retried' },
    parts: { letters: { retry: () => breakingOff([retried(1), retried(2)]) } },
    result: { total: 2, outcomes: { retried: 2 }, letters: [retried(1), retried(2)], cut: false },
  },
  {
    ...{ name: 'readdress-dead-letters', input: letters, words: '1 retried' },
    parts: { letters: { readdress: () => breakingOff([], [retried(2)]) } },
    result: { total: 1, outcomes: { retried: 1 }, letters: [retried(2)], cut: false },
  },
  {
    ...{ name: 'retry-tasks', input: {}, words: '1 new-run' },
    parts: { tasks: { retry: () => breakingOff([{ row: { taskId: 7 }, outcome: 'new-run' }]) } },
    result: {
      ...{ total: 1, outcomes: { 'new-run': 1 }, cut: false },
      tasks: [{ row: { taskId: 7 }, outcome: 'new-run' }],
    },
  },
  {
    ...{ name: 'close-tasks', input: {}, words: 'closed: 203' },
    parts: { tasks: { close: () => breakingOff(200, 3) } },
    result: { closed: 203 },
  },
  {
    ...{ name: 'replay-stretch', input: { ...stretch, subjects: ['claims.submitted'] } },
    words: '6 read, 2 of them done already, 4 published again',
    parts: { replay: { replay: () => breakingOff([replayed], [replayed]) } },
    result: {
      subjects: [{ subject: 'claims.submitted', read: 6, done: 2, republished: 4 }],
      total: { read: 6, done: 2, republished: 4 },
    },
  },
]

describe.each(cases)('$name that breaks off half-way', ({ name, input, parts, words, result }) => {
  const said = `${words}; then it failed: the connection broke off`

  it('is written down as failed, with what was done until then', async () => {
    const { ended } = await perform(name, input as never, { parts })
    const [{ result: kept = 'null', ...row } = { state: '', outcome: '' }] = ended
    expect({ ...row, result: JSON.parse(kept) as unknown }).toEqual({
      ...{ state: 'FAILED', outcome: said, result },
    })
  })

  it('tells whoever asked so, also where it cannot be written down', async () => {
    const { told } = await perform(name, input as never, { parts })
    expect(told).toBeInstanceOf(OperationFailed)
    expect(told).toMatchObject({ message: said })
    const { told: alone } = await perform(name, input as never, { parts, isAway: true })
    expect(alone).toBeInstanceOf(BrokenOff)
    expect(alone).toMatchObject({ message: `${said}; nor could that be written down: Error` })
  })
})

describe('an action that breaks off', () => {
  it('before anything was done says what failed, and nothing else', async () => {
    const parts = { letters: { readdress: () => breakingOff([]) } }
    const { ended, told } = await perform('readdress-dead-letters', letters, { parts })
    const outcome = 'the connection broke off'
    expect({ ended, told }).toMatchObject({
      ended: [{ state: 'FAILED', outcome }],
      told: { message: outcome },
    })
    expect(ended[0]).not.toHaveProperty('result')
  })

  it('by an error that is not ours is no failure that explains itself: its class and code are told', async () => {
    const away = Object.assign(new Error('of 10.0.0.7'), { code: 'ECONNRESET' })
    const discard = async function* () {
      yield await Promise.resolve([letter(1)])
      throw away
    }
    const { told } = await perform('discard-dead-letters', letters, { parts: { letters: { discard } } })
    expect(told).not.toBeInstanceOf(OperationFailed)
    expect(told).toMatchObject({
      message: 'discarded: 1; then it failed: Error ECONNRESET',
      words: 'discarded: 1; then it failed: Error ECONNRESET',
      cause: away,
    })
  })
})
