import { TemporaryFailure, UpstreamUnavailable } from '../messaging/index.js'
import { DocumentStoreError, StoreRefusesService } from './document-store.js'

/**
 * What is done with the document store, for a handler whose upstream it is.
 * @throws TemporaryFailure for the store's failures, UpstreamUnavailable while it is away or refuses the service
 */
export async function asOutcome<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof DocumentStoreError)) throw error
    const refuses = error instanceof StoreRefusesService
    if (error.storeIsAway || refuses) throw new UpstreamUnavailable(error.reason, refuses)
    throw new TemporaryFailure(error.reason)
  }
}
