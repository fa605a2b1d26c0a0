import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimIds } from './support/claim-rows.js'
import { inAllGaps, Orders, told, withoutGuard, type Looked } from './support/interleaving/all-gaps.js'
import { changes } from './support/interleaving/deeds-of-people.js'
import { partsOf } from './support/interleaving/guard.js'
import { guards } from './support/interleaving/guards.js'
import { Playground, type Deed } from './support/interleaving/playground.js'
import { worlds } from './support/interleaving/worlds.js'

let playground: Playground

beforeAll(async () => {
  playground = await Playground.open()
})
afterAll(() => playground.close())

describe.each(worlds)('$name', ({ rows, deeds, rest }) => {
  let orders: Orders
  beforeAll(async () => {
    await playground.set(rows, rest)
    orders = new Orders(playground)
  })

  it.each(deeds.filter(({ isTwin }) => !isTwin))(
    '$name',
    async (first) => {
      const looked: Looked[] = []
      for (const second of deeds) looked.push(await inAllGaps(playground, orders, [first, second]))
      const found = looked.flatMap((each) => each.found)
      if (process.env.INTERLEAVING)
        process.stderr.write(`${first.name}: ${figures(looked)}\n${told(found).join('\n')}\n`)
      expect(told(found)).toEqual([])
    },
    120_000,
  )
})

it('of two that wait for each other, one is run again', async () => {
  const [world] = worlds.filter(({ name }) => name === 'two claims whose benefits are to be checked')
  await playground.set(world?.rows ?? {})
  const signs = (name: string, claims: readonly number[]) =>
    changes(name, async (db) => {
      for (const n of claims)
        await db
          .updateTable('IntSchema.Claim')
          .set({ Caseworker: name })
          .where('ClaimId', '=', claimIds(n).ClaimId)
          .execute()
    })
  const pair = [signs('up', [1, 2]), signs('down', [2, 1])] as const
  const looked = await inAllGaps(playground, new Orders(playground), pair)
  expect(looked).toMatchObject({ found: [], tries: 2, deadlocks: 1 })
})

describe('without its guard', () => {
  it.each(guards)('$name', async (guard) => {
    const world = worlds.find(({ name }) => name === guard.world)
    const called = (name: string) => (deed: Deed) => deed.name.startsWith(name)
    const [first, second] = [world?.deeds.find(called(guard.first)), world?.deeds.find(called(guard.second))]
    if (!world || !first || !second) throw new Error('there is no such world, or deed')
    await playground.set(world.rows, world.rest)
    const found = await withoutGuard(playground, guard, [first, second])
    if (process.env.INTERLEAVING)
      process.stderr.write(`${guard.name}:\n${told(found ? [found] : []).join()}\n`)
    // The statements may have changed: what is not said any more cannot be left out.
    expect(playground.hits.size).toBe(partsOf(guard))
    expect(found).toBeDefined()
  })
})

/** With `INTERLEAVING=show`: how many gaps were tried, and how often somebody waited or was a deadlock's victim. */
function figures(looked: readonly Looked[]): string {
  const sum = (of: 'gaps' | 'tries' | 'deadlocks' | 'waits') =>
    looked.reduce((total, each) => total + each[of], 0)
  const so = `${looked.length} pairs, ${sum('tries')} tries of ${sum('gaps')} gaps, ${sum('waits')} waits, ${sum('deadlocks')} deadlocks`
  return `${so}, ${process.cpuUsage().user / 1e6} s`
}
