import type { ReceivedSpan } from '../../testing/simulators/index.js'

/** Those of one trace. */
export const traceOf = (spans: readonly ReceivedSpan[], traceId: string): ReceivedSpan[] =>
  spans.filter((span) => span.traceId === traceId)

/** Spans whose parent was never received; the first of a trace has none. */
export const orphans = (spans: readonly ReceivedSpan[]): ReceivedSpan[] => {
  const known = new Set(spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`))
  return spans.filter(
    ({ traceId, parentSpanId }) => parentSpanId !== undefined && !known.has(`${traceId} ${parentSpanId}`),
  )
}

/** Where the links of spans lead; a link to a span that was never received is `undefined`. */
export const linkedFrom = (span: ReceivedSpan, spans: readonly ReceivedSpan[]) =>
  span.links.map((link) =>
    spans.find(({ traceId, spanId }) => traceId === link.traceId && spanId === link.spanId),
  )

/** Statements and transactions: how many there are is not what a trace's shape is about. */
export const isOfDatabase = ({ attributes }: ReceivedSpan): boolean => 'db.system.name' in attributes

/** Spans as lines, each beneath its parent; beside each other by name, and those of one name in the order they began. */
export function treeOf(spans: readonly ReceivedSpan[], parent?: ReceivedSpan, depth = 0): string[] {
  return spans
    .filter(({ parentSpanId, traceId }) =>
      parent ? parentSpanId === parent.spanId && traceId === parent.traceId : parentSpanId === undefined,
    )
    .sort((a, b) => byName(a, b) || Number(a.startTimeUnixNano - b.startTimeUnixNano))
    .flatMap((span) => [`${'  '.repeat(depth)}${lineOf(span)}`, ...treeOf(spans, span, depth + 1)])
}

const lineOf = ({ service, name, kind, status }: ReceivedSpan): string =>
  `${String(service)}: ${name} (${kind})${status.code === 2 ? ` failed: ${status.message}` : ''}`

const byName = (a: ReceivedSpan, b: ReceivedSpan): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
