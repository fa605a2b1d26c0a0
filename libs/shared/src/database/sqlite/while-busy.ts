import { setTimeout as delay } from 'node:timers/promises'
import { counted } from '../../telemetry/index.js'

const busyMs = 10_000
/** About as long as a transaction takes: whoever waits longer leaves the lock unused. */
const longestPauseMs = 4

/** Tries again while another process writes, for a while, and lets this one do other things meanwhile. */
export async function whileBusy<T>(attempt: () => T): Promise<T> {
  const deadline = performance.now() + busyMs
  for (;;) {
    try {
      return attempt()
    } catch (error) {
      const busy = error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
      if (!busy || performance.now() > deadline) throw error
    }
    counted().databaseLockWaits.inc()
    await delay(Math.random() * longestPauseMs)
  }
}
