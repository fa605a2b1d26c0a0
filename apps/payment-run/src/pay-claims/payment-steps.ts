import { Injectable } from '@nestjs/common'
import { Clock } from '#shared/clock'
import { runState, stopReason, type RunState } from '#shared/contracts'
import { Log } from '#shared/logging'
import { TemporaryFailure } from '#shared/messaging'
import type { StoredPaymentFiles } from '#shared/payments'
import { whatDisagrees } from '../payment-files/agreement.rules.js'
import { JournalTemplate } from '../payment-files/journal-template.js'
import { makeFiles } from '../payment-files/payment-files.js'
import type { Payment, PaymentFiles } from '../payment.js'
import { PaymentRunSettings } from '../payment-run.settings.js'
import { LookAgain } from './look-again.js'
import { manifestFor } from './manifest-for.js'
import { PaymentRuns, type PaymentRun } from './payment-runs.repository.js'
import { isBegun, PaymentStorage } from './payment-storage.js'
import { Payments } from './payments.repository.js'
import { disagreesWithRun } from './run-totals.rules.js'
import { Reservations } from './reservations.js'
import { Settlement } from './settlement.repository.js'
import { filesWritten } from './told-payments.repository.js'

/** The steps of a run, by the state it is in. Each may be repeated, and several processes may share a run. */
@Injectable()
export class PaymentSteps {
  private readonly steps: Partial<Record<RunState, (run: PaymentRun, signal: AbortSignal) => Promise<void>>> =
    {
      [runState.reserving]: (run, signal) => this.reserve(run, signal),
      [runState.reserved]: (run, signal) => this.writeFiles(run, signal),
      [runState.filesWritten]: (run) => this.settlement.settleNext(run),
    }

  constructor(
    private readonly runs: PaymentRuns,
    private readonly reservations: Reservations,
    private readonly lookAgain: LookAgain,
    private readonly payments: Payments,
    private readonly settlement: Settlement,
    private readonly storage: PaymentStorage,
    private readonly template: JournalTemplate,
    private readonly settings: PaymentRunSettings,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Takes the steps that are left of a run, whoever took those before.
   * @returns the run as it ended: settled, empty or stopped
   * @throws TemporaryFailure when the time is up, or the document store fails; UpstreamUnavailable while it is away
   */
  async finish(id: string, signal: AbortSignal): Promise<PaymentRun> {
    for (;;) {
      const run = await this.runs.get(id)
      const step = this.steps[run.State]
      if (!step) return run
      inTime(signal)
      await step(run, signal)
    }
  }

  /** Reserves all that is left to reserve, once it is certain that every payment there has been is known. */
  private async reserve(begun: PaymentRun, signal: AbortSignal): Promise<void> {
    const stored = await this.storage.look(begun)
    const trouble = await this.whyNot(begun, stored)
    if (trouble !== undefined) return this.stop(begun, trouble)
    for (let run = begun; run.State === runState.reserving; run = await this.runs.get(run.RunId)) {
      inTime(signal)
      // Its files pay somebody, and it would not: it is not the run it was.
      if (isAtItsEnd(run) && isBegun(stored, run)) return this.stop(run, stopReason.fileDiffers)
      await this.reservations.reserveNext(run)
    }
  }

  private async writeFiles(run: PaymentRun, signal: AbortSignal): Promise<void> {
    const stored = await this.storage.look(run)
    const payments = await this.payments.reservedBy(run)
    const trouble = (await this.whyNot(run, stored)) ?? disagreesWithRun(run, payments)
    if (trouble !== undefined) return this.stop(run, trouble)
    if (!isBegun(stored, run)) {
      if (await this.lookAgain.takeChanges(run, payments)) return
      if (!payments.length) return void (await this.runs.advance(run, { State: runState.empty }))
    }
    const files = makeFiles(payments, { stamp: run.Stamp }, this.settings.journal, this.settings.template)
    const disagreement = whatDisagrees(files, payments, this.settings.journal)
    if (disagreement !== undefined) return this.stop(run, disagreement)
    await this.keep(run, { files, payments }, signal)
  }

  private async keep(run: PaymentRun, { files, payments }: Made, signal: AbortSignal): Promise<void> {
    const totals = await this.payments.totalsOfClaims(run)
    const manifest = manifestFor(run, { payments, totals, made: this.clock.now() })
    if (!(await this.storage.keep({ files, payments, manifest }, signal)))
      return this.stop(run, stopReason.fileDiffers)
    const written = { State: runState.filesWritten, Stage: 0, LastKey: 0, LastReason: null }
    if (
      await this.runs.advance(run, written, async (step) => {
        await this.payments.recordFiles(step, files)
        await filesWritten(step, run, payments.length)
      })
    )
      this.log.info('payment files written', { run: run.RunId, count: payments.length })
  }

  /** Why nobody may be paid by a run now; undefined if nothing is known against it. */
  private async whyNot(run: PaymentRun, { unknown }: StoredPaymentFiles): Promise<string | undefined> {
    if (unknown.length) return stopReason.filesUnknown
    if (await this.runs.isAnotherInDoubt(run)) return stopReason.otherInDoubt
    return this.template.refusal
  }

  private async stop(run: PaymentRun, reason: string): Promise<void> {
    await this.runs.advance(run, { State: runState.stopped, LastReason: reason })
  }
}

interface Made {
  readonly files: PaymentFiles
  readonly payments: readonly Payment[]
}

function inTime(signal: AbortSignal): void {
  if (signal.aborted) throw new TemporaryFailure('timed-out')
}

/** All has been looked at, and nothing of it is to be paid. */
const isAtItsEnd = ({ Stage, ClaimsPaid, TopUpsPaid }: PaymentRun): boolean =>
  Stage > 1 && ClaimsPaid + TopUpsPaid === 0
