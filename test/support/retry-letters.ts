import { runOps } from './run-ops.js'
import type { System } from './system.js'

/** Retries what a consumer gave up on, as the operator does: an event that is only fired again stays given up. */
export async function retryLetters({ database, nats }: System, consumer: string): Promise<void> {
  const line = `dead-letters retry --consumer ${consumer}`
  const { code, err } = await runOps(line, { ...database.env, ...nats.envOf('ops') })
  if (code !== 0) throw new Error(`${line}: ${err.join('; ')}`)
}
