import { Injectable } from '@nestjs/common'
import { DocumentStore, DocumentStoreError } from '#shared/documents'
import { Log } from '#shared/logging'
import { TemporaryFailure } from '#shared/messaging'
import type { OldDocument } from './clean-up-external-data.rules.js'

/** Deletions under way at once. */
const atOnce = 16
/** When the first so many files of a page fail for the store's own reason, it is away: no use asking for the rest. */
const failuresOfStore = 20

/** The stored files of documents. */
@Injectable()
export class StoredFiles {
  constructor(
    private readonly store: DocumentStore,
    private readonly log: Log,
  ) {}

  /**
   * Deletes the files and waits for all of them; a line in the log for each that could not be deleted. Repeating is
   * safe.
   * @returns the ids of the documents whose files are still there
   * @throws TemporaryFailure when the store is away or the time is up: then some may have been deleted
   */
  async delete(documents: readonly OldDocument[], signal: AbortSignal): Promise<ReadonlySet<number>> {
    const tried: Attempt[] = []
    const queue = documents.values()
    const deleteNext = async () => {
      for (const document of queue) {
        if (signal.aborted || storeFailure(tried)) return
        if (document.path) tried.push(await this.attempt(document.documentId, document.path))
      }
    }
    await Promise.all(Array.from({ length: atOnce }, deleteNext))
    if (signal.aborted) throw new TemporaryFailure('timed-out')
    const away = storeFailure(tried)
    if (away) {
      this.log.warn('document store is away', { reason: away })
      throw new TemporaryFailure(away)
    }
    const failed = new Set<number>()
    for (const { documentId, error } of tried) {
      if (!error) continue
      failed.add(documentId)
      this.log.warn('file not deleted', { documentId, reason: error.reason })
    }
    return failed
  }

  private async attempt(documentId: number, path: string): Promise<Attempt> {
    try {
      await this.store.delete(path)
      return { documentId }
    } catch (error) {
      if (!(error instanceof DocumentStoreError)) throw error
      return { documentId, error }
    }
  }
}

interface Attempt {
  readonly documentId: number
  readonly error?: DocumentStoreError
}

function storeFailure(tried: readonly Attempt[]): string | undefined {
  const first = tried.slice(0, failuresOfStore)
  const reason = first[0]?.error?.reason
  if (first.length < failuresOfStore || reason === undefined) return undefined
  return first.every(({ error }) => error?.storeIsAway && error.reason === reason) ? reason : undefined
}
