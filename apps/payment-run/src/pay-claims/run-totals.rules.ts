import type { Payment } from '../payment.js'
import type { PaymentRun } from './payment-runs.repository.js'

type Totals = Pick<PaymentRun, 'ClaimsPaid' | 'TopUpsPaid' | 'TotalPence'>

/** What the payments of a run and its own totals, counted as it reserved them, disagree about. */
export function disagreesWithRun(run: Totals, payments: readonly Payment[]): string | undefined {
  const claims = payments.filter(({ kind }) => kind === 'claim').length
  if (claims !== run.ClaimsPaid) return 'run-claims'
  if (payments.length - claims !== run.TopUpsPaid) return 'run-top-ups'
  const total = payments.reduce((sum, { amount }) => sum + amount, 0)
  return total === run.TotalPence ? undefined : 'run-total'
}
