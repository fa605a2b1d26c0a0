import { brokerWords } from './broker-words.js'
import { ownWords } from './own-error.js'

/** What may be said of any error. */
export interface ErrorDescription {
  readonly name: string
  readonly code?: string
  /** What it means, in words of ours. */
  readonly says?: string
  /** Where it came from. */
  readonly at?: string
  readonly cause?: ErrorDescription
  /** Of an error that stands for several: the first few. */
  readonly errors?: readonly ErrorDescription[]
}

const deepest = 4
const mostErrors = 5

/**
 * An error by its class, its code and its place, and by its words where they are ours; what caused it likewise. The
 * text of another's error is left out: it may quote a row.
 */
export function describeError(error: unknown, depth = 1): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error }
  const code = codeOf(error)
  const says = wordsOf(error)
  const at = placeOf(error)
  const below = depth < deepest
  return {
    name: asCode(error.name) ?? 'Error',
    ...(code === undefined ? {} : { code }),
    ...(says === undefined ? {} : { says }),
    ...(at === undefined ? {} : { at }),
    ...(below && error.cause !== undefined ? { cause: describeError(error.cause, depth + 1) } : {}),
    ...(below && error instanceof AggregateError
      ? { errors: error.errors.slice(0, mostErrors).map((each) => describeError(each, depth + 1)) }
      : {}),
  }
}

/** In words of ours; undefined where there are none, and a class and a code must do. */
export function wordsOf(error: unknown): string | undefined {
  const own = ownWords(error)
  if (own !== undefined) return own
  if (isBrokersSilence(error)) return 'NATS does not answer'
  const code = error instanceof Error && error.name === 'JetStreamApiError' ? codeOf(error) : undefined
  return code !== undefined && Object.hasOwn(brokerWords, code) ? brokerWords[code] : undefined
}

/** Others have errors of that name too, and say more with them. */
const isBrokersSilence = (error: unknown): boolean =>
  error instanceof Error && error.name === 'TimeoutError' && error.message === 'timeout'

function codeOf(error: Error): string | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' || typeof code === 'number' ? asCode(String(code)) : undefined
}

/** Names and codes are others' too: what has spaces or an address in it is a text. */
const asCode = (text: unknown): string | undefined =>
  typeof text === 'string' && /^[\w.-]{1,80}$/.test(text) ? text : undefined

/** A line of Node's own, whatever the message above it looks like. */
const frame = /^ {4}at (?:.* \()?(?:(?:file|node):\S*|\/[^()@]*):\d+:\d+\)?$/

function placeOf({ stack, message }: Error): string | undefined {
  if (typeof stack !== 'string') return undefined
  const start = stack.indexOf(message)
  const frames = start < 0 ? stack : stack.slice(start + message.length)
  return frames
    .split('\n')
    .find((line) => frame.test(line))
    ?.trim()
    .slice(3)
}

/** An error in one phrase: words of ours, or its class and code. Another's message is left out: it may quote a row. */
export function briefly(error: unknown): string {
  const described = describeError(error)
  const { name, code, says } = described.says === undefined ? (described.cause ?? described) : described
  return says ?? (code === undefined ? name : `${name} ${code}`)
}
