import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import { OwnError } from '../logging/index.js'

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
