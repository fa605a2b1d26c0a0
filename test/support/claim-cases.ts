import { baseSettings } from './environment.js'
import { actualTables, expectedTables, type Example } from './examples.js'
import { emailOf } from './claim-ends.js'
import { entriesOf, merge, type Row } from './row-sets.js'
import { insertRows, readRows, type Rows } from './rows.js'
import type { System } from './system.js'
import { until } from './until.js'

/** What there is of one claimant, and what there must be afterwards: every row of every table. */
export interface ClaimCase {
  readonly about: string
  readonly given: Rows
  readonly expected: Rows
}

export type TaskSchema = 'ExtSchema' | 'IntSchema'
const taskTables = ['ExtSchema.Task', 'IntSchema.Task']

/** Inserts rows as a web app commits them: nobody sees a task before the rows it is about. */
export async function submit(system: System, ...sets: readonly Rows[]): Promise<void> {
  const all = entriesOf(merge(...sets))
  const isTask = ([table]: (typeof all)[number]) => taskTables.includes(table)
  await insertRows(system.connection, Object.fromEntries(all.filter((entry) => !isTask(entry))))
  await insertRows(system.connection, Object.fromEntries(all.filter(isTask)))
}

/** The references that a set of rows is about. */
export const referencesIn = (...sets: readonly Rows[]): Set<unknown> =>
  new Set(sets.flatMap((rows) => entriesOf(rows).flatMap(([, list]) => list.map((row) => row.Reference))))

/** Every row there is now of the claimants that are given, as it is in the tables. */
export async function rowsNow(system: System, given: Rows): Promise<Rows> {
  const references = referencesIn(given)
  return onlyRows(await readRows(system.connection), (row) => references.has(row.Reference))
}

/** The same as the examples write it: times near the clock are `@now`, and ids that were not given `@id`. */
export const foundRows = async (system: System, given: Rows) =>
  inTokens(system, given, await rowsNow(system, given))

/** Every row there is that belongs to none of the claimants. */
export async function strayRows(system: System, given: Rows, claimants: readonly Rows[]) {
  const references = referencesIn(...claimants)
  const strays = onlyRows(await readRows(system.connection), (row) => !references.has(row.Reference))
  return inTokens(system, given, strays)
}

/** Rows that are expected, in the order of those that are found. */
export const inFull = (rows: Rows) => expectedTables(asExample('', rows))

const inTokens = (system: System, given: Rows, rows: Rows) =>
  actualTables(asExample(system.clock.now(), given), rows as Record<string, Row[]>)

const asExample = (clock: string, given: Rows): Example => ({
  ...{
    name: '',
    area: '',
    about: '',
    env: {},
    upstreams: {},
    when: { kind: 'tasks' },
    then: { tables: {}, calls: {} },
  },
  clock,
  given,
})

function onlyRows(tables: Rows, wanted: (row: Row) => boolean): Rows {
  const filtered = entriesOf(tables).map(([table, rows]) => [table, rows.filter(wanted)] as const)
  return Object.fromEntries(filtered.filter(([, rows]) => rows.length))
}

/** The address that gets nothing, where no setting names another one. */
export const doNotSend = 'donotsend@apvs.com'

/** The template of each email, by the middle of its setting's name. Payments are by bank here. */
const templates: Readonly<Record<string, string>> = {
  'SEND-CLAIM-NOTIFICATION': 'SUBMIT_CLAIM',
  'DWP-FAILED-NOTIFICATION': 'REQUEST_INFORMATION_CLAIM',
  'ACCEPT-CLAIM-NOTIFICATION': 'ACCEPTED_CLAIM_BANK',
  'REQUEST-INFORMATION-RESPONSE-SUBMITTED-NOTIFICATION': 'REQUEST_INFORMATION_RESPONSE_SUBMITTED',
}

/** An email in a line: about whom, by which template, to which address. */
export const emailLine = (reference: unknown, template: string, address: unknown): string =>
  `${String(reference)} ${baseSettings[`APVS_NOTIFY_${template}_EMAIL_TEMPLATE_ID`]} ${String(address)}`

/** The emails that done tasks stand for. */
export function emailsFor(...sets: readonly Rows[]): string[] {
  const lines = sets.flatMap((rows) =>
    (rows['IntSchema.Task'] ?? []).flatMap(({ Task, Status, AdditionalData, Reference }) => {
      const template = templates[String(Task)]
      const address = AdditionalData ?? emailOf(rows)
      if (!template || Status !== 'COMPLETE' || address === doNotSend) return []
      return [emailLine(Reference, template, address)]
    }),
  )
  return lines.sort()
}

/** The emails that were sent, about everybody or one reference. */
export const emailsSent = ({ simulators }: System, reference?: string): string[] =>
  simulators.notify.calls
    .filter(({ personalisation }) => !reference || personalisation.reference === reference)
    .map(
      ({ personalisation, template_id, email_address }) =>
        `${String(personalisation.reference)} ${template_id} ${email_address}`,
    )
    .sort()

/** Waits until a consumer has done a message that no row of the outbox stands for. */
export async function handled(system: System, consumer: string, messageId: string): Promise<void> {
  await until(`${consumer} has done ${messageId}`, async () => {
    const row = await system.connection.db
      .selectFrom('AsyncSchema.Inbox')
      .select('State')
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', messageId)
      .executeTakeFirst()
    return row?.State === 'DONE'
  })
}

/** The same of a message that has no id: it is known by its place. */
export async function handledAt(
  system: System,
  consumer: string,
  { stream, seq }: { readonly stream: string; readonly seq: number },
): Promise<void> {
  await until(`${consumer} has done ${stream}.${seq}`, async () => {
    const row = await system.connection.db
      .selectFrom('AsyncSchema.Inbox')
      .select('State')
      .where('Consumer', '=', consumer)
      .where('MessageId', 'like', `${stream}.${seq}.%`)
      .executeTakeFirst()
    return row?.State === 'DONE'
  })
}

/** Sets a task back to `PENDING`, as operators do. */
export async function runAgain(system: System, schema: TaskSchema, taskId: number): Promise<void> {
  await system.connection.db
    .updateTable(`${schema}.Task`)
    .set({ Status: 'PENDING', DateProcessed: null })
    .where('TaskId', '=', taskId)
    .execute()
}

/** The runs of a task, in order: how each ended, and why if it failed. */
export const runsOf = (system: System, schema: TaskSchema, taskId: number) =>
  system.connection.db
    .selectFrom('AsyncSchema.Outbox')
    .select(['State', 'LastReason'])
    .where('TaskSchema', '=', schema)
    .where('TaskId', '=', taskId)
    .orderBy('Run')
    .execute()
