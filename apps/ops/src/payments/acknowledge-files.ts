import type { LocalTime } from '#shared/clock'
import { paymentFileOf } from '#shared/contracts'
import type { DatabaseConnection } from '#shared/database'
import { OpsFailure } from '../command.js'
import { Recovery } from './recovery.repository.js'

/**
 * Writes down that payment files are known and pay nobody: each gets a row that is not enabled, as that of a file which
 * was cleaned up. The files stay where they are. Repeating is safe.
 * @param unknown the files that the database does not know
 * @param file the name of one, or the stamp of a run
 * @returns the files that are known now, or would be
 * @throws OpsFailure if it is none of them
 */
export async function acknowledgeFiles(
  connection: DatabaseConnection,
  { unknown, file }: { readonly unknown: readonly string[]; readonly file: string },
  { now, dryRun }: { readonly now: LocalTime; readonly dryRun: boolean },
): Promise<readonly string[]> {
  const meant = unknown.filter((name) => name === file || paymentFileOf(name)?.stamp === file)
  if (!meant.length) throw new OpsFailure('the store has no such file that the database does not know')
  if (dryRun) return meant
  await connection.transaction(async (db) => {
    for (const path of meant) {
      const type = paymentFileOf(path)?.type
      if (type) await new Recovery(db).recordFile({ type, path }, { created: now, enabled: false })
    }
  })
  return meant
}
