/** What the server says of a stream and of the consumer of one subject in it. */
export interface StreamView {
  readonly created: Date
  readonly first: number
  readonly last: number
  /** Every message up to this sequence has had its answer. */
  readonly answeredUpTo: number
}

/**
 * Whether a message that was published is still in its stream and waiting for its consumer's answer. If not, it
 * was lost with an old store, or answered by somebody who died before the work was committed.
 */
export function stillWaiting(
  message: { readonly sequence: number; readonly published: Date },
  stream: StreamView,
): boolean {
  if (stream.created > message.published) return false
  if (message.sequence < stream.first || message.sequence > stream.last) return false
  return message.sequence > stream.answeredUpTo
}
