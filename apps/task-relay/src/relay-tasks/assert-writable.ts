import type { PendingTasks } from './pending-tasks.repository.js'

/** @throws the error, if it is no row's: nothing can be written at all */
export async function assertWritable(
  repository: Pick<PendingTasks, 'writeNothing'>,
  error: unknown,
): Promise<void> {
  try {
    await repository.writeNothing()
  } catch {
    throw error
  }
}
