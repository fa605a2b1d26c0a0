import { Injectable } from '@nestjs/common'
import { DocumentStore, DocumentStoreError } from '#shared/documents'
import { Log } from '#shared/logging'
import { TemporaryFailure, UpstreamUnavailable } from '#shared/messaging'
import type { PaymentFiles } from '../payment.js'
import { makeFiles } from '../payment-files/payment-files.js'
import { whatDisagrees } from '../payment-files/agreement.rules.js'
import { PaymentRunSettings } from '../payment-run.settings.js'
import { PaymentRuns, runState, type PaymentRun, type RunState } from './payment-runs.repository.js'
import { Payments } from './payments.repository.js'
import { disagreesWithRun } from './run-totals.rules.js'
import { Reservations } from './reservations.js'
import { Settlement } from './settlement.repository.js'

/** The steps of a run, by the state it is in. Each may be repeated, and several processes may share a run. */
@Injectable()
export class PaymentSteps {
  private readonly steps: Partial<Record<RunState, (run: PaymentRun, signal: AbortSignal) => Promise<void>>> =
    {
      [runState.reserving]: (run) => this.reservations.reserveNext(run),
      [runState.reserved]: (run, signal) => this.writeFiles(run, signal),
      [runState.filesWritten]: (run) => this.settlement.settleNext(run),
    }

  constructor(
    private readonly runs: PaymentRuns,
    private readonly reservations: Reservations,
    private readonly payments: Payments,
    private readonly settlement: Settlement,
    private readonly store: DocumentStore,
    private readonly settings: PaymentRunSettings,
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
      if (signal.aborted) throw new TemporaryFailure('timed-out')
      await step(run, signal)
    }
  }

  private async writeFiles(run: PaymentRun, signal: AbortSignal): Promise<void> {
    const payments = await this.payments.reservedBy(run)
    const files = makeFiles(payments, { stamp: run.Stamp }, this.settings.journal, this.settings.template)
    const trouble = disagreesWithRun(run, payments) ?? whatDisagrees(files, payments, this.settings.journal)
    if (trouble !== undefined) {
      await this.runs.advance(run, { State: runState.stopped, LastReason: trouble })
      return
    }
    await this.storeAll(files, signal)
    const written = { State: runState.filesWritten, Stage: 0, LastKey: 0, LastReason: null }
    await this.runs.advance(run, written, (step) => this.payments.recordFiles(step, files))
    this.log.info('payment files written', { run: run.RunId, count: payments.length })
  }

  private async storeAll(files: PaymentFiles, signal: AbortSignal): Promise<void> {
    try {
      for (const { path, bytes } of [files.bank, files.unit, files.journal]) {
        if (signal.aborted) throw new TemporaryFailure('timed-out')
        await this.store.put(path, bytes)
      }
    } catch (error) {
      throw error instanceof DocumentStoreError ? storeFailure(error) : error
    }
  }
}

const storeFailure = ({ reason, storeIsAway }: DocumentStoreError): Error =>
  storeIsAway ? new UpstreamUnavailable(reason) : new TemporaryFailure(reason)
