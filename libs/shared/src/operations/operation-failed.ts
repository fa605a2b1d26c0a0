import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import { briefly, OwnError } from '../logging/index.js'

/** An operation could not be done; the message tells the operator why, in one line and with no personal data. */
export class OperationFailed extends OwnError {
  override readonly name = 'OperationFailed'

  /** @param about the part of what was given that cannot be, where it is one */
  constructor(
    words: string,
    readonly about?: string,
  ) {
    super(words)
  }
}

/** A part of an operation was done, and then something failed that does not explain itself. The message says both. */
export class BrokenOff extends OwnError {
  override readonly name = 'BrokenOff'
}

/** What failed, in its words and with what was done before it. */
export function failedAfter(done: string, error: unknown): OperationFailed | BrokenOff {
  const words = `${done}; then it failed: ${briefly(error)}`
  return error instanceof OperationFailed
    ? new OperationFailed(words, error.about)
    : new BrokenOff(words, { cause: error })
}

/** What failed, where it could not be written down either: whoever asked is the only one who hears of it. */
export const notWrittenDown = (failed: unknown, lost: unknown): BrokenOff =>
  new BrokenOff(`${briefly(failed)}; nor could that be written down: ${briefly(lost)}`, { cause: failed })

/** The stream is not there: nothing was ever stored in it, or the store was lost. */
export const isNoStream = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === Number(JetStreamApiCodes.StreamNotFound)

/** The answer about a stream. @throws OperationFailed if there is no such stream */
export async function ofStream<T>(stream: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (isNoStream(error)) throw new OperationFailed(`there is no stream ${stream} on this server`)
    throw error
  }
}
