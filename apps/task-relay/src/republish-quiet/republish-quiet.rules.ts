import { fromLondon, isTime } from '#shared/clock'
import { isSubject, type OutgoingMessage } from '#shared/contracts'
import type { QuietMessage } from './quiet-rows.repository.js'

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

/** What a row of the outbox says. */
export type OwedMessage =
  | {
      readonly kind: 'message'
      readonly message: OutgoingMessage
      /** Where it is, if that was written down. */
      readonly published?: { readonly sequence: number; readonly published: Date }
    }
  | { readonly kind: 'unreadable'; readonly reason: 'id-unreadable' | 'subject-unknown' | 'body-unreadable' }

/** Reads a row, whoever wrote it: a newer release may know more subjects, and a row may hold anything. */
export function readOwed(row: { readonly [C in keyof QuietMessage]: unknown }): OwedMessage {
  const { MessageId: id, Subject: subject, Traceparent: traceparent } = row
  if (typeof id !== 'string' || id === '') return { kind: 'unreadable', reason: 'id-unreadable' }
  if (typeof subject !== 'string' || !isSubject(subject) || /[*>]/.test(subject))
    return { kind: 'unreadable', reason: 'subject-unknown' }
  const body = objectIn(row.Body)
  if (!body) return { kind: 'unreadable', reason: 'body-unreadable' }
  const message = {
    ...{ id, subject, body: body as OutgoingMessage['body'] },
    ...(typeof traceparent === 'string' && traceparent !== '' ? { traceparent } : {}),
  }
  const published = publishedAt(row)
  return { kind: 'message', message, ...(published ? { published } : {}) }
}

/** Whether it is what its subject asks for, its handler says: it makes a dead letter of what is not. */
function objectIn(text: unknown): object | undefined {
  if (typeof text !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function publishedAt({
  StreamSequence: sequence,
  DatePublished: date,
}: Pick<{ readonly [C in keyof QuietMessage]: unknown }, 'StreamSequence' | 'DatePublished'>) {
  if (typeof sequence !== 'number' || !isTime(date)) return undefined
  return { sequence, published: fromLondon(date) }
}
