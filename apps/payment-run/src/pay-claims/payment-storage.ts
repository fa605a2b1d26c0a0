import { Injectable } from '@nestjs/common'
import { manifestPath, paymentFileName, paymentFileOf } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { asOutcome, DocumentStore } from '#shared/documents'
import { Log } from '#shared/logging'
import { TemporaryFailure } from '#shared/messaging'
import { storedPaymentFiles, writeManifest, type Manifest, type StoredPaymentFiles } from '#shared/payments'
import { whatDisagrees } from '../payment-files/agreement.rules.js'
import type { Payment, PaymentFile, PaymentFiles } from '../payment.js'
import { PaymentRunSettings } from '../payment-run.settings.js'
import type { PaymentRun } from './payment-runs.repository.js'

/**
 * The payments' files in the document store. Each is stored once and never again: one that is there stays as it is.
 * Failures of the store are TemporaryFailure, or UpstreamUnavailable while it is away.
 */
@Injectable()
export class PaymentStorage {
  constructor(
    private readonly store: DocumentStore,
    private readonly connection: DatabaseConnection,
    private readonly settings: PaymentRunSettings,
    private readonly log: Log,
  ) {}

  /** What there is; a line in the log for each run that the database does not know. */
  async look(run: PaymentRun): Promise<StoredPaymentFiles> {
    const found = await asOutcome(() => storedPaymentFiles(this.store, this.connection))
    for (const stamp of new Set(found.unknown.map((name) => paymentFileOf(name)?.stamp ?? '')))
      this.log.warn('payment files unknown', { run: run.RunId, stamp })
    return found
  }

  /**
   * Stores the manifest and then the files that are not there yet, the bank's first: from then on the run pays this
   * and nothing else. Of several that share a run and would pay otherwise, the bank file says whose manifest counts.
   * @returns false if one is there already that says something else
   */
  async keep({ files, payments, manifest }: FilesToKeep, signal: AbortSignal): Promise<boolean> {
    return asOutcome(async () => {
      await this.store.create(manifestPath(manifest.stamp, files.bank.bytes), writeManifest(manifest))
      for (const file of [files.bank, files.unit, files.journal]) {
        if (signal.aborted) throw new TemporaryFailure('timed-out')
        if (await this.store.create(file.path, file.bytes)) continue
        if (!(await this.isThere(file, { files, payments }))) {
          this.log.warn('stored payment file differs', { run: manifest.runId, reason: file.type })
          return false
        }
      }
      return true
    })
  }

  private async isThere(file: PaymentFile, made: Omit<FilesToKeep, 'manifest'>): Promise<boolean> {
    const bytes = await this.store.get(file.path)
    if (!bytes) throw new TemporaryFailure('payment-file-vanished')
    if (Buffer.from(bytes).equals(file.bytes)) return true
    return file.type !== 'ACCESSPAY_FILE' && this.saysTheSame({ ...file, bytes }, made)
  }

  /** What people read may have been made by another release, or of another template; what a bank reads may not. */
  private saysTheSame(file: PaymentFile, { files, payments }: Omit<FilesToKeep, 'manifest'>): boolean {
    const name = file.type === 'ADI_JOURNAL_FILE' ? 'journal' : 'unit'
    try {
      return whatDisagrees({ ...files, [name]: file }, payments, this.settings.journal) === undefined
    } catch {
      // It cannot be read: it does not say the same.
      return false
    }
  }
}

export interface FilesToKeep {
  readonly files: PaymentFiles
  readonly payments: readonly Payment[]
  readonly manifest: Manifest
}

/** Whether the bank's file of a run is there: from then on nothing about the run changes any more. */
export const isBegun = ({ names }: StoredPaymentFiles, { Stamp }: PaymentRun): boolean =>
  names.has(paymentFileName('ACCESSPAY_FILE', Stamp))
