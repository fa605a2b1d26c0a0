import { Injectable } from '@nestjs/common'
import type { LocalTime } from '#shared/clock'
import { manifestPrefix, paymentFileOf, stampOfManifest } from '#shared/contracts'
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
      outside: async (page, signal) => {
        const files = [...page, ...(await this.manifestsOf(page))]
        return this.files.delete(files, { place: 'payment-files', named }, signal)
      },
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

  /** What a run said beside its files goes with the bank's. */
  private async manifestsOf(page: readonly StoredFile[]): Promise<readonly StoredFile[]> {
    const rows = new Map(page.flatMap(({ id, path }) => bankFileOf(id, path)))
    if (!rows.size) return []
    const names = await this.files.list(manifestPrefix())
    return names.flatMap((path) => {
      const id = rows.get(stampOfManifest(path) ?? '')
      return id === undefined ? [] : [{ id, path }]
    })
  }
}

const named = (paymentFileId: number) => ({ paymentFileId })

/** The stamp of a run, with the row of its bank file; nothing of another file. */
function bankFileOf(id: number, path: string | null): [stamp: string, id: number][] {
  const file = paymentFileOf(path ?? '')
  return file?.type === 'ACCESSPAY_FILE' ? [[file.stamp, id]] : []
}
