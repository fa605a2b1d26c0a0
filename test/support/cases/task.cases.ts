import { doNotSend, type ClaimCase, type TaskSchema } from '../claim-cases.js'
import { tasksDone, tasksFailed } from '../claim-ends.js'
import { earlierClaimId, pendingTask, rowId, settledClaimant } from '../claim-rows.js'
import { add, edit, set, type Row } from '../row-sets.js'
import type { Rows } from '../rows.js'

export interface TaskCase extends ClaimCase {
  readonly schema: TaskSchema
  readonly taskId: number
  /** Each run of it. */
  readonly runs: readonly { readonly State: string; readonly LastReason: string | null }[]
}

interface GivenTask {
  readonly schema?: TaskSchema
  readonly name: string
  readonly columns?: Row
  readonly claimant?: Rows
}

/** A task about the approved claim of a settled claimant. */
function given(n: number, { schema = 'IntSchema', name, columns, claimant }: GivenTask) {
  const task = pendingTask(n, name, { ClaimId: earlierClaimId(n), ...columns })
  const rows = edit(claimant ?? settledClaimant(n), { [`${schema}.Task`]: add(task) })
  return { schema, taskId: rowId.task(n), given: rows }
}

function completes(n: number, about: string, task: GivenTask): TaskCase {
  const of = given(n, task)
  return { about, ...of, runs: [{ State: 'DONE', LastReason: null }], expected: tasksDone(of.given) }
}

function fails(n: number, about: string, task: GivenTask, reason: string): TaskCase {
  const of = given(n, task)
  return { about, ...of, runs: [{ State: 'FAILED', LastReason: reason }], expected: tasksFailed(of.given) }
}

function isLeftAlone(n: number, about: string, task: GivenTask): TaskCase {
  const of = given(n, task)
  return { about, ...of, runs: [], expected: of.given }
}

const accepted = 'ACCEPT-CLAIM-NOTIFICATION'
const withoutPayment = edit(settledClaimant(57), { 'IntSchema.Claim': set({ PaymentMethod: null }) })

export const taskCases: readonly TaskCase[] = [
  fails(51, 'a name nobody knows fails', { name: 'SEND-PIGEON' }, 'unknown-task'),
  fails(
    52,
    'one that does not say which claim fails',
    { schema: 'ExtSchema', name: 'COMPLETE-CLAIM', columns: { ClaimId: null } },
    'task-row-incomplete',
  ),
  isLeftAlone(53, 'a status that is none of ours is left alone', {
    ...{ schema: 'ExtSchema', name: 'COMPLETE-CLAIM' },
    columns: { Status: 'TEST' },
  }),
  completes(54, 'an email to the address that gets none completes', {
    name: accepted,
    columns: { AdditionalData: doNotSend },
  }),
  completes(55, 'an email goes where the task says', {
    name: accepted,
    columns: { AdditionalData: 'elsewhere@example.org' },
  }),
  completes(56, 'an email goes to the visitor where the task does not say', { name: accepted }),
  fails(
    57,
    'an email about a claim that is not to be paid in any way fails',
    { name: accepted, claimant: withoutPayment },
    'payment-method-missing',
  ),
]
