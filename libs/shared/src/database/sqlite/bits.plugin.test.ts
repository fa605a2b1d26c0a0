import { expect, it } from 'vitest'
import type { PluginTransformResultArgs } from 'kysely'
import type { ListResult } from '../statement-list.js'
import { BitsPlugin } from './bits.plugin.js'

const read = (result: Partial<ListResult<Record<string, unknown>>>) =>
  new BitsPlugin().transformResult({ result } as unknown as PluginTransformResultArgs)

it('reads bits as booleans, and leaves other numbers, and what is not there', async () => {
  const rows = [
    { IsEnabled: 1, ClaimId: 1 },
    { IsEnabled: 0, ClaimId: 0 },
    { IsEnabled: null, ClaimId: null },
  ]
  expect((await read({ rows })).rows).toEqual([
    { IsEnabled: true, ClaimId: 1 },
    { IsEnabled: false, ClaimId: 0 },
    { IsEnabled: null, ClaimId: null },
  ])
})

it('reads them in every answer of a list, and in the first one once', async () => {
  const first = [{ IsTrusted: 0 }]
  const answers = [first, [], [{ IsEnabled: 1 }, { IsEnabled: 0 }]]
  const result = await read({ rows: first, answers })
  expect(result.rows).toEqual([{ IsTrusted: false }])
  expect(result).toMatchObject({
    answers: [[{ IsTrusted: false }], [], [{ IsEnabled: true }, { IsEnabled: false }]],
  })
})
