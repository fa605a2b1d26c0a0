import type { LocalTime } from '../../clock/index.js'
import { paymentFileOf } from '../../contracts/index.js'
import type { DatabaseConnection } from '../../database/index.js'
import { OperationFailed } from '../operation-failed.js'
import { Recovery } from './recovery.repository.js'

/**
 * Writes down that payment files are known and pay nobody: each gets a row that is not enabled, as that of a file which
 * was cleaned up. The files stay where they are. Repeating is safe.
 * @param unknown the files that the database does not know
 * @param file the name of one, or the stamp of a run
 * @returns the files that are known now, or would be
 * @throws OperationFailed if it is none of them
 */
export async function acknowledgeFiles(
  connection: DatabaseConnection,
  { unknown, file }: { readonly unknown: readonly string[]; readonly file: string },
  { now, dryRun }: { readonly now: LocalTime; readonly dryRun: boolean },
): Promise<readonly string[]> {
  const meant = unknown.filter((name) => name === file || paymentFileOf(name)?.stamp === file)
  if (!meant.length) throw new OperationFailed('the store has no such file that the database does not know')
  if (dryRun) return meant
  await connection.transaction(async (db) => {
    for (const path of meant) {
      const type = paymentFileOf(path)?.type
      if (type) await new Recovery(db).recordFile({ type, path }, { created: now, enabled: false })
    }
  })
  return meant
}
