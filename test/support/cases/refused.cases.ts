import type { ClaimCase } from '../claim-cases.js'
import { tasksFailed } from '../claim-ends.js'
import { firstTimeClaim, pendingTask, submittedClaim } from '../claim-rows.js'
import { edit, remove } from '../row-sets.js'
import type { Rows } from '../rows.js'

interface RefusedCase extends ClaimCase {
  readonly n: number
  readonly reason: string
}

const refused = (n: number, reason: string, about: string, given: Rows): RefusedCase => ({
  ...{ n, reason, about, given },
  expected: tasksFailed(given),
})

/** Claims that cannot be migrated: nothing of them moves, and the operator finds the reason. */
export const refusedCases: readonly RefusedCase[] = [
  refused(
    21,
    'bank-detail-missing',
    'paid to a bank without a bank detail',
    edit(firstTimeClaim(21), { 'ExtSchema.ClaimBankDetail': remove() }),
  ),
  refused(
    22,
    'eligibility-missing',
    'repeat, of an eligibility that is nowhere',
    submittedClaim(22, 'repeat'),
  ),
  refused(23, 'claim-not-found', 'a claim that is in neither schema', {
    'ExtSchema.Task': [pendingTask(23, 'COMPLETE-CLAIM', { AdditionalData: 'first-time' })],
  }),
]
