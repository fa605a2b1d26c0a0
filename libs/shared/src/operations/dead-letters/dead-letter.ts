import { deadLetterSubject, fittingId, type TaskRef } from '../../contracts/index.js'
import { deadLetterHeaders } from '../../messaging/index.js'
import { readBody, referenceIn } from '../streams/message-body.js'
import type { StoredMessage } from '../streams/stream-reader.js'

/** What a dead letter says of itself. Its body is left out: it may be an outsider's, and hold anything. */
export interface DeadLetter {
  /** Its place in the stream of the dead letters, and what operators call it by. */
  readonly sequence: number
  readonly stored: Date
  readonly consumer: string
  readonly reason: string
  /** As the database knows it. */
  readonly messageId: string
  /** Where the message was published, and its place there. */
  readonly subject: string
  readonly stream: string
  readonly streamSequence: number
  readonly deliveries: number
  /** Of a body that keeps to its contract. */
  readonly reference?: string
  readonly task?: TaskRef
}

const prefix = deadLetterSubject('')

export function deadLetterOf({ sequence, subject, time, headers, data }: StoredMessage): DeadLetter {
  const header = (name: string) => shown(headers.get(name))
  const original = header(deadLetterHeaders.subject)
  const body = readBody(original, data)
  const reference = referenceIn(body)
  return {
    sequence,
    stored: time,
    consumer: shown(subject.slice(prefix.length)),
    reason: header(deadLetterHeaders.reason),
    messageId: headers.get('ce-id') && fittingId(headers.get('ce-id')),
    subject: original,
    stream: header(deadLetterHeaders.stream),
    streamSequence: Number(header(deadLetterHeaders.sequence)),
    deliveries: Number(header(deadLetterHeaders.deliveries)),
    ...(reference === undefined ? {} : { reference }),
    ...(body.task ? { task: body.task } : {}),
  }
}

/** Without what would play tricks on a terminal: anybody may have written it. */
const shown = (text: string): string => text.replace(/\p{Cc}/gu, '?')
