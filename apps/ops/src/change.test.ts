import { describe, expect, it } from 'vitest'
import type { INestApplicationContext } from '@nestjs/common'
import { change, type ChangeGiven } from './change.js'
import type { OpsContext } from './command.js'

const input = { filter: {} }
const shown = { filter: { upTo: 7 } }

/** What was looked at and what was done, by the answer to the question. */
async function discard(given: ChangeGiven, ask?: OpsContext['ask']) {
  const calls: [string, object][] = []
  const result = { discarded: 1, sequences: [7], cut: false }
  const service = {
    bounded: () => Promise.resolve(shown),
    preview: (_: string, of: object) => Promise.resolve((calls.push(['looked', of]), result)),
    perform: ({ input: of }: { input: object }) =>
      Promise.resolve((calls.push(['done', of]), { result, words: 'discarded: 1' })),
  }
  const parts = { get: () => service } as unknown as INestApplicationContext
  const actor = { person: 'ada', via: 'command-line' } as const
  const context = { actor, warn: () => undefined, ...(ask ? { ask } : {}) } as unknown as OpsContext
  await change(context, parts, { name: 'discard-dead-letters', input, given })
  return calls
}

describe('a change on the command line', () => {
  it('does what was shown, whatever came before somebody said yes', async () => {
    expect(await discard({ dryRun: false, yes: false }, () => Promise.resolve(true))).toEqual([
      ['looked', shown],
      ['done', shown],
    ])
  })

  it('does all of it where nothing was shown', async () => {
    const calls = [['done', input]]
    expect(await discard({ dryRun: false, yes: false })).toEqual(calls)
    expect(await discard({ dryRun: false, yes: true }, () => Promise.resolve(false))).toEqual(calls)
  })
})
