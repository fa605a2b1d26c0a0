import { ops } from '../../apps/ops/src/ops.js'
import type { Environment } from '#shared/config'
import { withOwnClock } from './shifted-clock.js'

/** Nothing listens there. */
export const noNats: Environment = { NATS_URL: 'nats://127.0.0.1:1' }

/** What the operator's command line answers to a line. */
export async function runOps(line: string, env: Environment, connectMs?: number) {
  const out: string[] = []
  const err: string[] = []
  const code = await ops(line.split(' ').filter(Boolean), {
    ...withOwnClock(env),
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    ...(connectMs === undefined ? {} : { connectMs }),
  })
  return { code, out, err }
}
