import { randomFillSync } from 'node:crypto'

const pattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/

/** W3C trace context for work that a message causes: the same trace, a span of its own; a new trace without one. */
export function childTraceparent(parent: string | undefined): string {
  const match = parent ? pattern.exec(parent) : null
  return `00-${match?.[1] ?? randomHex(16)}-${randomHex(8)}-${match?.[2] ?? '01'}`
}

export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35)

// Random bytes are asked for in bulk: one system call serves hundreds of messages.
const pool = Buffer.allocUnsafe(4096)
let used = pool.length

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return pool.toString('hex', used - bytes, used)
}
