import type { Environment } from '../../config/index.js'
import { DocumentStoreError, openDocumentStore, type DocumentStore } from '../../documents/index.js'
import { OperationFailed } from '../operation-failed.js'

/** @throws OperationFailed if the document store cannot be asked */
export async function withDocumentStore<T>(
  env: Environment,
  use: (store: DocumentStore) => Promise<T>,
): Promise<T> {
  try {
    return await use(openDocumentStore(env))
  } catch (error) {
    if (error instanceof DocumentStoreError) throw new OperationFailed(`the document store: ${error.reason}`)
    throw error
  }
}
