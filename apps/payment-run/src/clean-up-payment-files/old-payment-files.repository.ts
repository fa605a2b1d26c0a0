import { Injectable } from '@nestjs/common'
import type { LocalTime } from '#shared/clock'
import { manifestPath, paymentFileOf } from '#shared/contracts'
import { StoredFiles, type StoredFile } from '#shared/documents'
import { pageSize, type JobStage } from '#shared/jobs'
import { DatabaseConnection } from '#shared/database'

/** The payment files there are: the enabled rows of `IntSchema.DirectPaymentFile`. */
@Injectable()
export class OldPaymentFiles {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly files: StoredFiles,
  ) {}

  /**
   * Those created before a time: the stored file goes first, for a row that is still enabled is found again. One that
   * cannot be deleted keeps its row as it is, for the next run.
   */
  createdBefore(time: LocalTime): JobStage<StoredFile, ReadonlySet<number>> {
    return {
      keyOf: ({ id }) => id,
      read: (db, after) => {
        const old = db
          .selectFrom('IntSchema.DirectPaymentFile')
          .select(['PaymentFileId as id', 'Filepath as path'])
          .where('PaymentFileId', '>', after)
          .where('IsEnabled', '=', true)
          .where('DateCreated', '<', time)
          .orderBy('PaymentFileId')
        return this.connection.dialect.first(old, pageSize).execute()
      },
      outside: (page, signal) =>
        this.files.delete([...page, ...manifestsOf(page)], { place: 'payment-files', named }, signal),
      change: async ({ db }, page, failed) => {
        const gone = page.map(({ id }) => id).filter((id) => !failed?.has(id))
        if (!gone.length) return 0
        await db
          .updateTable('IntSchema.DirectPaymentFile')
          .set({ IsEnabled: false })
          .where('PaymentFileId', 'in', gone)
          .execute()
        return gone.length
      },
    }
  }
}

const named = (paymentFileId: number) => ({ paymentFileId })

/** What a run said beside its files goes with the bank's. */
const manifestsOf = (page: readonly StoredFile[]): readonly StoredFile[] =>
  page.flatMap(({ id, path }) => {
    const file = paymentFileOf(path ?? '')
    return file?.type === 'ACCESSPAY_FILE' ? [{ id, path: manifestPath(file.stamp) }] : []
  })
