/** What a server's status says about the requests for messages of a consumer. */
export type PullStatus =
  /** A request waits there: nothing is wrong. */
  | { readonly kind: 'waiting' }
  /** A request has come to its end: the next one may follow. */
  | { readonly kind: 'ended' }
  /** The server or its leader is another one by now: it is asked anew in a moment. */
  | { readonly kind: 'moving' }
  /** Nothing comes until somebody changes something. */
  | { readonly kind: 'trouble'; readonly words: string }

const code = { heartbeat: 100, badRequest: 400, noMessages: 404, timeout: 408, conflict: 409, nobody: 503 }

/** Conflicts that pass by themselves, in the server's words of all its releases so far. */
const ended = ['batch completed', 'message size exceeds maxbytes']
const moving = ['leadership change', 'server shutdown']

const meanings: readonly (readonly [beginning: string, meaning: string])[] = [
  [
    'exceeded maxrequestbatch',
    'a limit on how much may be asked for at once is lower than this service needs',
  ],
  ['exceeded maxrequestexpires', 'a limit on how long a request may wait is lower than this service needs'],
  ['exceeded maxrequestmaxbytes', 'a limit on the bytes of a request is lower than this service needs'],
  ['exceeded maxwaiting', 'too many requests wait at the consumer'],
  ['exceeded maxackpending', 'too many messages of the consumer wait for an answer'],
  ['consumer deleted', 'the consumer was deleted'],
  ['consumer is push based', 'the consumer was made a push consumer'],
]

/**
 * Of a status in answer to a request for messages. What nobody knows is trouble: silence never counts as success.
 * @param description the server's own words, which go into the log and to whoever asks for the health
 */
export function readStatus(status: number, description: string): PullStatus {
  const said = description.toLowerCase()
  const begins = (texts: readonly string[]) => texts.some((text) => said.startsWith(text))
  if (status === code.heartbeat) return { kind: 'waiting' }
  if (status === code.noMessages || status === code.timeout) return { kind: 'ended' }
  if (status === code.conflict && begins(ended)) return { kind: 'ended' }
  if (status === code.conflict && begins(moving)) return { kind: 'moving' }
  if (status === code.nobody) return { kind: 'trouble', words: 'nobody answers for the consumer (503)' }
  const meaning = meanings.find(([beginning]) => said.startsWith(beginning))?.[1]
  const own = meaning ?? 'the broker refuses to give messages'
  return { kind: 'trouble', words: `${own} (${status} ${description.trim() || 'without a word'})` }
}

/** Requests that end sooner than this end at once, in milliseconds. */
export const atOnceMs = 1_000
/** So many in a row that end at once are trouble. */
export const endedAtOnce = 3
