import { randomFillSync } from 'node:crypto'

const pattern = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/
const noTrace = '0'.repeat(32)
const noSpan = '0'.repeat(16)

/** What a W3C traceparent says: which trace, which span of it, and whether the span is kept. */
export interface TraceParent {
  readonly traceId: string
  readonly spanId: string
  readonly sampled: boolean
}

/** Undefined where the text is no traceparent. */
export function readTraceparent(text: string | undefined): TraceParent | undefined {
  if (text === undefined || !pattern.test(text)) return undefined
  const traceId = traceIdOf(text)
  const spanId = text.slice(36, 52)
  if (traceId === noTrace || spanId === noSpan) return undefined
  return { traceId, spanId, sampled: (parseInt(text.slice(53), 16) & 1) === 1 }
}

export const writeTraceparent = ({ traceId, spanId, sampled }: TraceParent): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`

/** W3C trace context for work that a message causes: the same trace, a span of its own; a new trace without one. */
export function childTraceparent(parent: string | undefined): string {
  const { traceId, sampled } = readTraceparent(parent) ?? { traceId: newTraceId(), sampled: true }
  return writeTraceparent({ traceId, spanId: newSpanId(), sampled })
}

export const newTraceId = (): string => randomHex(16)
export const newSpanId = (): string => randomHex(8)

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
