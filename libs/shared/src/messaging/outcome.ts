/** What a handler says of its message. Only the router acts on it. Reasons are short codes, never a person's data. */
export type Outcome =
  | { readonly kind: 'done' }
  /** Another try is worth it. */
  | { readonly kind: 'retry'; readonly reason: string }
  /** No try will ever succeed. */
  | { readonly kind: 'reject'; readonly reason: string }

export const done: Outcome = { kind: 'done' }
export const retry = (reason: string): Outcome => ({ kind: 'retry', reason })
export const reject = (reason: string): Outcome => ({ kind: 'reject', reason })

/** An outcome nobody knows throws: silence never counts as success. */
export function assertOutcome(value: unknown): asserts value is Outcome {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined
  if (kind !== 'done' && kind !== 'retry' && kind !== 'reject') {
    throw new Error('a handler must return an outcome: done, retry or reject')
  }
}
