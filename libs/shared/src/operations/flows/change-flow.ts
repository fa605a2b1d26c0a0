import type { Kysely } from 'kysely'
import type { LocalTime } from '../../clock/index.js'
import { fit, type Database, type DatabaseConnection, type Row } from '../../database/index.js'
import { flowState, type FlowState } from '../../flows/index.js'
import { OperationFailed } from '../operation-failed.js'

const { waiting, running, held, waitingForApproval, cancelling } = flowState

/** What a person can do to a flow: from which states, and to which. */
const changes = {
  hold: { from: [running], to: held },
  resume: { from: [held], to: running },
  approve: { from: [waitingForApproval], to: running },
  cancel: { from: [waiting, running, held, waitingForApproval], to: cancelling },
} as const satisfies Record<string, { readonly from: readonly FlowState[]; readonly to: FlowState }>

export type FlowChange = keyof typeof changes

export interface ChangedFlow {
  readonly flow: number
  readonly kind: string
  readonly state: FlowState
}

/**
 * Changes a flow, if it is in a state in which that can be done; what it comes to is the relay's to do. Of an approval
 * and of a cancellation the step that is under way hears, too.
 * @throws OperationFailed where it is in another state, or there is none
 */
export async function changeFlow(
  connection: DatabaseConnection,
  change: FlowChange,
  flowId: number,
  {
    now,
    dryRun,
    reason = '',
  }: { readonly now: LocalTime; readonly dryRun: boolean; readonly reason?: string },
): Promise<ChangedFlow> {
  const { from, to } = changes[change]
  const found = await flowOf(connection.db, flowId)
  const changed = { flow: flowId, kind: found.Kind, state: to }
  const refused = ({ State }: FlowFound) =>
    new OperationFailed(`flow ${flowId} is ${State}: only ${from.join(', ')} can be`)
  if (!from.some((state) => state === found.State)) throw refused(found)
  if (dryRun) return changed
  await connection.transaction(async (db) => {
    const { numUpdatedRows } = await db
      .updateTable('AsyncSchema.Flow')
      .set({
        State: to,
        Reason: to === held ? fit('AsyncSchema.Flow', 'Reason', reason || 'by an operator') : null,
      })
      .$if(to === running, (query) => query.set({ DateResumed: now }))
      .where('FlowId', '=', flowId)
      .where('State', 'in', [...from])
      .executeTakeFirst()
    // Somebody was faster: it is as they left it.
    if (!numUpdatedRows) throw refused(await flowOf(db, flowId))
    const step = db
      .updateTable('AsyncSchema.FlowStep')
      .where('FlowId', '=', flowId)
      .where('DateStarted', 'is not', null)
      .where('DateEnded', 'is', null)
    if (change === 'approve') await step.set({ DateApproved: now }).execute()
    if (change === 'cancel') await step.set({ DateEnded: now }).execute()
  })
  return changed
}

type FlowFound = Pick<Row<'AsyncSchema.Flow'>, 'Kind' | 'State'>

async function flowOf(db: Kysely<Database>, flowId: number): Promise<FlowFound> {
  const found = await db
    .selectFrom('AsyncSchema.Flow')
    .select(['Kind', 'State'])
    .where('FlowId', '=', flowId)
    .executeTakeFirst()
  if (!found) throw new OperationFailed(`there is no flow ${flowId}`)
  return found
}
