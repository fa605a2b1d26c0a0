import type { HelpdeskCall } from '../../simulators/index.js'
import { actualTables, type Example } from './examples.js'
import { baseSettings } from './environment.js'
import { archivedIn, insertRows, readArchive, readRows } from './rows.js'
import { claimServices, System } from './system.js'

const templateNames = Object.fromEntries(
  Object.entries(baseSettings)
    .filter(([name]) => name.endsWith('_TEMPLATE_ID'))
    .map(([name, id]) => [id, name]),
)

/** Everything an example needs, prepared at its clock, its services not started yet. */
export async function prepareExample({ clock, env, upstreams, given }: Example): Promise<System> {
  const system = await System.start({ clock, env, services: [] })
  if (upstreams.dwp) system.simulators.benefitChecker.setAnswers(upstreams.dwp)
  if (upstreams.directions) system.simulators.directions.setAnswers(upstreams.directions)
  await insertRows(system.connection, given)
  await insertRows(system.database.archive, archivedIn(given))
  return system
}

/** What an example says happens: the tasks are run, follow-ups included, or one job, and its tasks are not. */
export async function runExample(system: System, { when }: Example): Promise<void> {
  if (when.kind === 'tasks') {
    await startClaimServices(system)
    return system.settled()
  }
  await system.startService(when.kind === 'daily' ? 'daily-tasks' : 'claim-completer')
  await system.fire(when.kind)
}

export const startClaimServices = (system: System) =>
  Promise.all(claimServices.map((name) => system.startService(name)))

/** The tables afterwards, as the examples write them. */
export const tablesOf = async (system: System, example: Example) =>
  actualTables(example, {
    ...(await readRows(system.connection)),
    ...(await readArchive(system.database.archive)),
  })

/** The calls to the upstreams as the examples write them, sorted by their text as theirs are. */
export function callsOf({ simulators }: System) {
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
    ...(simulators.helpdesk.calls.length
      ? { zendesk: sorted(simulators.helpdesk.calls.map(ticketCall)) }
      : {}),
  }
}

const ticketCall = ({ method, path, ticket }: HelpdeskCall) => ({ method, path, body: { ticket } })

const sorted = <T>(list: T[]): T[] => list.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
