import { stopReason } from '#shared/contracts'
import { openMessages } from '../../../testing/simulators/external-web-app/index.js'
import type { Processes } from '../../support/processes.js'
import { runOps } from '../../support/run-ops.js'
import { until } from '../../support/until.js'
import { openTasks, settled } from './aftermath.js'
import { clock } from './fault-settings.js'

/** Has the operator run a command. @returns what it printed @throws if it fails */
export async function operate(processes: Processes, line: string): Promise<readonly string[]> {
  const env = { ...processes.envOf('ops'), CLOCK_START: clock.now().slice(0, 19) }
  const { code, out, err } = await runOps(line, env)
  if (code !== 0) throw new Error(`ops ${line}: ${err.join('; ')}`)
  return out
}

/** Waits until `ops status` would say so: a payment run that is held up is another matter. */
export const nothingIsOwed = ({ database: { connection } }: Processes, ms: number): Promise<void> =>
  until(
    'nothing is owed',
    async () => (await openTasks(connection)) + (await openMessages(connection)).length === 0,
    ms,
    100,
  )

/** The runbook's "A payment run found files that the database does not know": all of them went to the bank. */
export async function recoverPayments(processes: Processes): Promise<void> {
  const [answer = ''] = await operate(processes, 'payments unknown --json')
  const { files } = JSON.parse(answer) as { files: readonly { readonly name: string }[] }
  const stamps = new Set(files.map(({ name }) => /\d{14}/.exec(name)?.[0] ?? ''))
  for (const stamp of stamps) await operate(processes, `payments recover ${stamp}`)
}

/** What a payment run has left to the operator: a run whose files are not those it would make, and what waits for it. */
export async function payAgain(processes: Processes): Promise<void> {
  const runs = await processes.database.connection.db
    .selectFrom('AsyncSchema.PaymentRun')
    .select(['Stamp', 'LastReason'])
    .where('State', '=', 'STOPPED')
    .execute()
  if (!runs.length) return
  for (const { Stamp, LastReason } of runs)
    if (LastReason === stopReason.fileDiffers) await operate(processes, `payments recover ${Stamp}`)
  await operate(processes, 'dead-letters retry --consumer pay-claims')
  await settled(processes)
}
