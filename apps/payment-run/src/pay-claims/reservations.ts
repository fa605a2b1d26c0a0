import { Injectable } from '@nestjs/common'
import { runState } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { Log } from '#shared/logging'
import { DueClaims } from './due-claims.repository.js'
import { DueTopUps } from './due-top-ups.repository.js'
import { asTheBankHasIt, isOwed, whyLeftOut, type DuePayment } from '#shared/payments'
import { PaymentRuns, type PaymentRun, type Step } from './payment-runs.repository.js'
import { Payments, type LeftOutPayment } from './payments.repository.js'

/** Payments of one kind, in pages by their key. */
interface Due<Item extends DuePayment> {
  read(after: number): Promise<readonly Item[]>
  take(step: Step, items: readonly Item[]): Promise<void>
}

/** Takes what is due for a run: the claims, then the top-ups. */
@Injectable()
export class Reservations {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly runs: PaymentRuns,
    private readonly payments: Payments,
    private readonly claims: DueClaims,
    private readonly topUps: DueTopUps,
    private readonly log: Log,
  ) {}

  /** Reserves the run's next page, or ends the reserving. Another run may have been faster: then nothing happens. */
  async reserveNext(run: PaymentRun): Promise<void> {
    if (run.Stage === 0) await this.reserve(run, this.claims)
    else if (run.Stage === 1) await this.reserve(run, this.topUps)
    else await this.end(run)
  }

  private async reserve<Item extends DuePayment>(run: PaymentRun, due: Due<Item>): Promise<void> {
    const items = await due.read(run.LastKey)
    const lastKey = items.at(-1)?.itemId
    if (lastKey === undefined) {
      await this.runs.advance(run, { Stage: run.Stage + 1, LastKey: 0 })
      return
    }
    const { payable, leftOut } = sorted(items)
    const to = { LastKey: lastKey, ...totals(run, payable, leftOut) }
    try {
      const first = await this.runs.advance(run, to, async (step) => {
        await this.payments.reserve(step, run, payable, leftOut)
        // After the reservation: whoever had one of them before has then ended, and it shows.
        await due.take(step, items)
      })
      if (first) this.report(run, leftOut)
    } catch (error) {
      // Another run has just taken one of these: the page is read again, without it.
      if (!this.connection.dialect.isDuplicateKey(error)) throw error
    }
  }

  private async end(run: PaymentRun): Promise<void> {
    const count = run.ClaimsPaid + run.TopUpsPaid
    if (await this.runs.advance(run, { State: count ? runState.reserved : runState.empty }))
      this.log.info('payments reserved', { run: run.RunId, count })
  }

  private report({ RunId }: PaymentRun, leftOut: readonly LeftOutPayment[]): void {
    for (const { payment, reason } of leftOut) {
      const { kind, itemId, claimId, reference } = payment
      const topUp = kind === 'top-up' ? { topUpId: itemId } : {}
      this.log.warn('payment left out', { run: RunId, claimId, ...topUp, reference, reason })
    }
  }
}

function sorted(items: readonly DuePayment[]) {
  const payable: DuePayment[] = []
  const leftOut: LeftOutPayment[] = []
  for (const payment of items.filter(isOwed)) {
    const reason = whyLeftOut(payment)
    if (reason === undefined) payable.push(asTheBankHasIt(payment))
    else leftOut.push({ payment, reason })
  }
  return { payable, leftOut }
}

function totals(run: PaymentRun, payable: readonly DuePayment[], leftOut: readonly LeftOutPayment[]) {
  const claims = payable.filter(({ kind }) => kind === 'claim').length
  return {
    ClaimsPaid: run.ClaimsPaid + claims,
    TopUpsPaid: run.TopUpsPaid + payable.length - claims,
    TotalPence: payable.reduce((sum, { amount }) => sum + amount, run.TotalPence),
    LeftOut: run.LeftOut + leftOut.length,
  }
}
