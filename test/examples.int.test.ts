import { afterEach, describe, expect, it } from 'vitest'
import { expectedTables, readExamples } from './support/examples.js'
import {
  callsOf,
  expectedCalls,
  prepareExample,
  runExample,
  storedBy,
  tablesOf,
} from './support/run-example.js'
import type { System } from './support/system.js'

/** The worked examples, each through the real services at its own time. */
describe('worked examples', () => {
  let system: System | undefined

  afterEach(async () => {
    await system?.stop()
    system = undefined
  })

  it.each(readExamples().map((example) => [`${example.area}/${example.name}`, example] as const))(
    '%s',
    async (_, example) => {
      system = await prepareExample(example)
      await runExample(system, example)
      expect(await tablesOf(system, example)).toEqual(expectedTables(example))
      const calls = { ...callsOf(system), ...(await storedBy(system)) }
      expect(calls).toEqual(expectedCalls(example))
    },
  )
})
