import { notifyError } from '../../testing/simulators/index.js'
import { claimIds, people, pendingTask, rowId, settledClaimant } from './claim-rows.js'
import { insertRows } from './rows.js'
import type { System } from './system.js'
import { until } from './until.js'

/** The task of an email to the claimant of claim `n`. */
export const emailTask = (n: number) =>
  pendingTask(n, 'SEND-CLAIM-NOTIFICATION', {
    AdditionalData: people(n).visitor.EmailAddress,
    ClaimId: claimIds(n).ClaimId - 1,
  })

/** An email that Notify refuses: its task has failed, and there is a dead letter. */
export async function refusedEmail(system: System, n: number, reference?: string): Promise<void> {
  const refusal = { kind: 'status', status: 400, body: notifyError(400, 'BadRequestError', 'no') } as const
  system.simulators.notify.misbehave(refusal)
  const task = { ...emailTask(n), ...(reference === undefined ? {} : { Reference: reference }) }
  await insertRows(system.connection, { ...settledClaimant(n), 'IntSchema.Task': [task] })
  await untilTask(system, n, 'FAILED')
  system.simulators.notify.behaveWell()
}

export const untilTask = ({ connection }: System, n: number, status: string): Promise<void> =>
  until(`task ${n} is ${status}`, async () => {
    const row = await connection.db
      .selectFrom('IntSchema.Task')
      .select('Status')
      .where('TaskId', '=', rowId.task(n))
      .executeTakeFirst()
    return row?.Status === status
  })
