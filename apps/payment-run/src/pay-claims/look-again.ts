import { Injectable } from '@nestjs/common'
import { pageSize } from '#shared/jobs'
import { Log } from '#shared/logging'
import type { Payment } from '../payment.js'
import { isNothing, whatChanged, type Changes } from './changes.rules.js'
import { DueClaims } from './due-claims.repository.js'
import { DueTopUps } from './due-top-ups.repository.js'
import { PaymentRuns, type PaymentRun } from './payment-runs.repository.js'
import { Payments } from './payments.repository.js'

/**
 * Looks at what a run has reserved once more before its first file: until then a payment follows its claim, and what
 * is not to be paid any more is released.
 */
@Injectable()
export class LookAgain {
  constructor(
    private readonly runs: PaymentRuns,
    private readonly payments: Payments,
    private readonly claims: DueClaims,
    private readonly topUps: DueTopUps,
    private readonly log: Log,
  ) {}

  /**
   * Takes over what has changed, in pages.
   * @param reserved all that the run has reserved, as it was just read
   * @returns whether anything has: then the run is to be read again, and whoever had read it before does nothing
   */
  async takeChanges(run: PaymentRun, reserved: readonly Payment[]): Promise<boolean> {
    let now = run
    for (const kind of ['claim', 'top-up'] as const) {
      const ofKind = reserved.filter((payment) => payment.kind === kind)
      for (let start = 0; start < ofKind.length; start += pageSize) {
        const next = await this.takePage(now, kind, ofKind.slice(start, start + pageSize))
        if (!next) return true
        now = next
      }
    }
    return now !== run
  }

  /** @returns the run as it is then; undefined if another process has moved it */
  private async takePage(
    run: PaymentRun,
    kind: Payment['kind'],
    page: readonly Payment[],
  ): Promise<PaymentRun | undefined> {
    const ids = page.map(({ itemId }) => itemId)
    const claims = kind === 'claim' ? await this.claims.stillDue(ids) : []
    const changes = whatChanged(page, kind === 'claim' ? claims : await this.topUps.stillDue(ids))
    if (isNothing(changes)) return run
    const to = afterwards(run, kind, changes)
    const ofClaims = claims.filter(({ itemId }) => changedIds(changes).includes(itemId))
    const ofTopUps = kind === 'top-up' ? changes.corrected : []
    const isFirst = await this.runs.advance(run, to, async (step) => {
      await this.payments.change(step, run, changes)
      if (ofClaims.length) await this.claims.take(step, ofClaims)
      if (ofTopUps.length) await this.topUps.take(step, ofTopUps)
    })
    if (!isFirst) return undefined
    this.report(run, changes)
    return { ...run, ...to }
  }

  private report({ RunId }: PaymentRun, { corrected, released }: Changes): void {
    if (corrected.length) this.log.info('payments corrected', { run: RunId, count: corrected.length })
    for (const { payment, reason } of released) {
      const { kind, itemId, claimId, reference } = payment
      const topUp = kind === 'top-up' ? { topUpId: itemId } : {}
      this.log.warn('payment left out', { run: RunId, claimId, ...topUp, reference, reason })
    }
  }
}

const changedIds = ({ corrected, released }: Changes): readonly number[] => [
  ...corrected.map(({ itemId }) => itemId),
  ...released.map(({ payment }) => payment.itemId),
]

/** The stage counts the looks that changed something: whoever has read the payments before one comes too late. */
function afterwards(run: PaymentRun, kind: Payment['kind'], { released, pence }: Changes) {
  const gone = released.length
  return {
    Stage: run.Stage + 1,
    ...(kind === 'claim' ? { ClaimsPaid: run.ClaimsPaid - gone } : { TopUpsPaid: run.TopUpsPaid - gone }),
    TotalPence: run.TotalPence + pence,
    LeftOut: run.LeftOut + gone,
  }
}
