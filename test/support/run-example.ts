import ExcelJS from 'exceljs'
import type { HelpdeskCall } from '../../testing/simulators/index.js'
import { actualTables, withStampToken, type Example } from './examples.js'
import { baseSettings } from './environment.js'
import { isBesideThem } from './payment-runs.js'
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
  const [service, job] = jobs[when.kind]
  await system.startService(service)
  await system.fire(job)
}

/** Whose job an example is about. */
const jobs = {
  daily: ['daily-tasks', 'daily'],
  'auto-approval': ['claim-completer', 'auto-approval'],
  payment: ['payment-run', 'payment-run'],
} as const

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

/** What was put in the document store, as the examples write it. */
export async function storedBy({ simulators }: System) {
  const { s3 } = simulators
  const objects = [...s3.objects].filter(([name]) => !isBesideThem(name))
  const files = await Promise.all(objects.map(([name, { body }]) => storedFile(name, body)))
  return files.length ? { s3: sorted(files) } : {}
}

/** What was stored: the text, or of a workbook the cells that the finance template has by its settings' defaults. */
async function storedFile(name: string, body: Buffer) {
  const key = withStampToken(name.slice(name.indexOf('/') + 1))
  return {
    op: 'PUT',
    key,
    ...(name.endsWith('.xlsm') ? { cells: await cellsOf(body) } : { body: body.toString() }),
  }
}

/** The journal's cells, read by a reader that is not the service's own. */
export async function cellsOf(workbook: Buffer): Promise<Record<string, unknown>> {
  const book = new ExcelJS.Workbook()
  await book.xlsx.load(workbook as unknown as ArrayBuffer)
  const cells = ['K20', 'J19', 'E12', 'E13', 'E14', 'E15']
  return Object.fromEntries(
    cells.map((cell) => [cell, book.getWorksheet('WebADI')?.getCell(cell).value ?? null]),
  )
}

/**
 * The calls an example expects, sorted as those that were made. The other sheets and the macros of a journal come with
 * finance's own template, which is not here.
 */
export function expectedCalls({ then }: Example): Record<string, unknown> {
  const { s3, ...calls } = then.calls
  const ofTheTemplate = ['sheets', 'hasMacros']
  const files = s3?.map((file) =>
    Object.fromEntries(Object.entries(file).filter(([name]) => !ofTheTemplate.includes(name))),
  )
  return { notify: [], dwp: [], directions: [], ...calls, ...(files ? { s3: sorted(files) } : {}) }
}

const ticketCall = ({ method, path, ticket }: HelpdeskCall) => ({ method, path, body: { ticket } })

const sorted = <T>(list: T[]): T[] => list.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
