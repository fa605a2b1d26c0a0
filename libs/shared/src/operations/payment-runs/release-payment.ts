import type { DatabaseConnection } from '../../database/index.js'
import type { PaidItem } from '../../payments/index.js'
import { OperationFailed } from '../operation-failed.js'
import { Recovery } from './recovery.repository.js'

/**
 * Lets go of what a recovered run has paid and could not mark: what has its number now is something else, and the next
 * payment run pays it.
 * @throws OperationFailed if that run keeps no such payment
 */
export async function releasePayment(
  connection: DatabaseConnection,
  { stamp, ...item }: Pick<PaidItem, 'kind' | 'id'> & { readonly stamp: string },
  { dryRun }: { readonly dryRun: boolean },
): Promise<void> {
  await connection.transaction(async (db) => {
    const recovery = new Recovery(db)
    const run = await recovery.runOf(stamp)
    if (!run) throw new OperationFailed('the database knows no run of that stamp')
    await recovery.take(run.runId)
    const kept = await recovery.unmarked(run.runId)
    const isKept = kept.some(({ kind, id }) => kind === item.kind && id === item.id)
    if (isKept && dryRun) return
    if (!isKept || !(await recovery.release(run.runId, item)))
      throw new OperationFailed(`that run keeps no other one from paying ${item.kind} ${item.id}`)
  })
}
