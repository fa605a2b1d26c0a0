import type { LocalTime } from '#shared/clock'
import { manifestOf, type Manifest } from '#shared/payments'
import { inOrder } from '../payment-files/bank-file.rules.js'
import type { Payment } from '../payment.js'
import type { PaymentRun } from './payment-runs.repository.js'
import type { ClaimTotals } from './payments.repository.js'

/** What a run pays, in the order of its files' lines, without anything of a bank. */
export function manifestFor(
  { RunId, RunDate, Stamp }: PaymentRun,
  paid: {
    readonly payments: readonly Payment[]
    /** By `ClaimId`. */
    readonly totals: ReadonlyMap<number, ClaimTotals>
    readonly made: LocalTime
  },
): Manifest {
  const run = { runId: RunId, date: RunDate, stamp: Stamp, made: paid.made }
  const items = inOrder(paid.payments).map(({ kind, itemId, claimId, reference, amount }) => {
    const { total = null, manual = null } = (kind === 'claim' && paid.totals.get(itemId)) || {}
    return { kind, id: itemId, claimId, reference, pence: amount, total, manual }
  })
  return manifestOf(run, items)
}
