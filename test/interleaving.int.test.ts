import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inAllGaps, told, type Looked } from './support/interleaving/all-gaps.js'
import { Playground } from './support/interleaving/playground.js'
import { worlds } from './support/interleaving/worlds.js'

let playground: Playground

beforeAll(async () => {
  playground = await Playground.open()
})
afterAll(() => playground.close())

describe.each(worlds)('$name', ({ rows, deeds }) => {
  it.each(deeds.filter(({ isTwin }) => !isTwin))(
    '$name',
    async (first) => {
      await playground.set(rows)
      const looked: Looked[] = []
      for (const second of deeds) looked.push(await inAllGaps(playground, [first, second]))
      const found = looked.flatMap((each) => each.found)
      if (process.env.INTERLEAVING)
        process.stderr.write(`${first.name}: ${figures(looked)}\n${told(found).join('\n')}\n`)
      expect(told(found)).toEqual([])
    },
    120_000,
  )
})

/** With `INTERLEAVING=show`: how many gaps were tried, and how often somebody waited or was a deadlock's victim. */
function figures(looked: readonly Looked[]): string {
  const sum = (of: 'gaps' | 'deadlocks' | 'waits') => looked.reduce((total, each) => total + each[of], 0)
  return `${sum('gaps')} gaps, ${sum('waits')} waits, ${sum('deadlocks')} deadlocks, ${process.cpuUsage().user / 1e6} s`
}
