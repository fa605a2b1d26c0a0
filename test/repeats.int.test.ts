import { afterEach, describe, expect, it } from 'vitest'
import { Copies } from './support/copies.js'
import { expectedTables, readExamples } from './support/examples.js'
import { callsOf, prepareExample, runExample, tablesOf } from './support/run-example.js'
import type { System } from './support/system.js'
import { until } from './support/until.js'

/** Each message five times while it is being handled, and five times after: as if it had come once. */
describe('the same message again and again', () => {
  let system: System | undefined
  let copies: Copies | undefined

  afterEach(async () => {
    await copies?.stop()
    await system?.stop()
    system = undefined
    copies = undefined
  })

  it.each(readExamples().map((example) => [`${example.area}/${example.name}`, example] as const))(
    '%s',
    async (_, example) => {
      const running = await prepareExample(example)
      system = running
      const again = await Copies.start(running, 4)
      copies = again
      await runExample(running, example)
      await until('all copies are answered', () => again.allAnswered())
      await again.replay()
      await until('all repeats are answered', () => again.allAnswered())
      expect(again.count).toBeGreaterThanOrEqual(8)
      expect(await tablesOf(running, example)).toEqual(expectedTables(example))
      const { notify, zendesk = [] } = callsOf(running)
      expect(notify).toEqual(example.then.calls.notify ?? [])
      expect(zendesk).toEqual(example.then.calls.zendesk ?? [])
    },
  )
})
