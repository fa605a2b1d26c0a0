import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'

/** The stream is not there: nothing was ever stored in it, or the store was lost. */
export const isNoStream = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === Number(JetStreamApiCodes.StreamNotFound)
