import { afterEach, describe, expect, it } from '@jest/globals'
import { actualTables, expectedTables, readExamples, type Example } from './support/examples.js'
import { baseSettings } from './support/environment.js'
import { insertRows, readRows } from './support/rows.js'
import { System } from './support/system.js'

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
      system = await System.start({ clock: example.clock, env: example.env, services: [] })
      prepareUpstreams(system, example)
      await insertRows(system.connection, example.given)
      await Promise.all(
        ['task-relay', 'claim-completer', 'dwp-checker', 'notifier'].map((name) =>
          system?.startService(name),
        ),
      )
      await system.settled()
      expect(actualTables(example, await readRows(system.connection))).toEqual(expectedTables(example))
      expect(calls(system)).toEqual({ notify: [], dwp: [], directions: [], ...example.then.calls })
    },
  )
})

function prepareUpstreams({ simulators }: System, { upstreams }: Example): void {
  if (upstreams.dwp) simulators.benefitChecker.setAnswers(upstreams.dwp)
  if (upstreams.directions) simulators.directions.setAnswers(upstreams.directions)
}

const templateNames = Object.fromEntries(
  Object.entries(baseSettings)
    .filter(([name]) => name.endsWith('_TEMPLATE_ID'))
    .map(([name, id]) => [id, name]),
)

/** The calls as the examples write them, sorted by their text as theirs are. */
function calls({ simulators }: System) {
  const sorted = <T>(list: T[]): T[] => list.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  return {
    notify: sorted(
      simulators.notify.calls.map(({ template_id, email_address, personalisation }) => ({
        template: templateNames[template_id],
        email_address,
        personalisation,
      })),
    ),
    dwp: sorted(simulators.benefitChecker.calls.map((call) => ({ ...call }))),
    directions: sorted(simulators.directions.calls.map((call) => ({ ...call }))),
  }
}
