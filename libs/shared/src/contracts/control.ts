/** What the services need from outside and can do nothing about. */
export const upstreamNames = ['notify', 'benefit-checker', 'helpdesk', 'document-store', 'chat'] as const
export type UpstreamName = (typeof upstreamNames)[number]

/**
 * The key-value bucket in which replicas tell each other what holds all of them up, and operators pause handlers.
 * Losing it loses no work: what a process knows it puts back.
 */
export const controlBucket = 'hwpv-control'

/** The keys of the control bucket. */
export const controlKeys = {
  /** An operator has paused the handler. */
  paused: (handler: string) => `paused.${handler}`,
  /** The upstream takes no work at the moment. */
  upstream: (name: UpstreamName) => `upstream.${name}`,
  /** How much of its rate limit the handler has used, or of that which several have together. */
  rate: (handlerOrShared: string) => `rate.${handlerOrShared}`,
  /** When the chat was last told something. */
  chatTurn: 'turn.chat',
} as const

/** What the consumers are called by which operators read a stream: so many at the same time, and of no other name. */
export const readerNames: readonly string[] = Array.from({ length: 8 }, (_, i) => `reader-${i + 1}`)
