import { Injectable } from '@nestjs/common'
import { Log, type LogFields } from '../logging/index.js'
import { TemporaryFailure } from '../messaging/index.js'
import { DocumentStore, DocumentStoreError } from './document-store.js'
import { whyForeign, type FilePlace } from './file-places.rules.js'

/** Deletions under way at once. */
const atOnce = 16
/** When the first so many files of a page fail for the store's own reason, it is away: no use asking for the rest. */
const failuresOfStore = 20

/** A file that a row names. */
export interface StoredFile {
  /** Of the row. */
  readonly id: number
  /** Null or empty: there is no file. */
  readonly path: string | null
}

/** The stored files of rows that are about to go. */
@Injectable()
export class StoredFiles {
  constructor(
    private readonly store: DocumentStore,
    private readonly log: Log,
  ) {}

  /**
   * Deletes the files and waits for all of them; a line in the log for each that could not be deleted, or that is not
   * in the place of its row and is left where it is. Repeating is safe.
   * @returns the ids of the rows whose files are still there
   * @throws TemporaryFailure when the store is away or the time is up: then some may have been deleted
   */
  async delete(
    files: readonly StoredFile[],
    { place, named }: RowsOfFiles,
    signal: AbortSignal,
  ): Promise<ReadonlySet<number>> {
    const tried: Attempt[] = []
    const queue = files.values()
    const deleteNext = async () => {
      for (const { id, path } of queue) {
        if (signal.aborted || storeFailure(tried)) return
        if (path) tried.push(await this.attempt({ id, path, place }))
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
    for (const { id, error } of tried) {
      if (!error) continue
      failed.add(id)
      this.log.warn('file not deleted', { ...named(id), reason: error.reason })
    }
    return failed
  }

  /**
   * The names of all files that begin like this.
   * @throws TemporaryFailure if they cannot be listed whole
   */
  async list(prefix: string): Promise<readonly string[]> {
    try {
      return await this.store.list(prefix)
    } catch (error) {
      if (!(error instanceof DocumentStoreError)) throw error
      throw new TemporaryFailure(error.reason)
    }
  }

  private async attempt({ id, path, place }: ToDelete): Promise<Attempt> {
    const foreign = whyForeign(place, path)
    if (foreign !== undefined) return { id, error: new DocumentStoreError(foreign) }
    try {
      await this.store.delete(path)
      return { id }
    } catch (error) {
      if (!(error instanceof DocumentStoreError)) throw error
      return { id, error }
    }
  }
}

/** Whose rows name the files. */
export interface RowsOfFiles {
  readonly place: FilePlace
  /** How the log names the row of a file: the path may hold personal data. */
  readonly named: (id: number) => LogFields
}

interface ToDelete {
  readonly id: number
  readonly path: string
  readonly place: FilePlace
}

interface Attempt {
  readonly id: number
  readonly error?: DocumentStoreError
}

function storeFailure(tried: readonly Attempt[]): string | undefined {
  const first = tried.slice(0, failuresOfStore)
  const reason = first[0]?.error?.reason
  if (first.length < failuresOfStore || reason === undefined) return undefined
  return first.every(({ error }) => error?.storeIsAway && error.reason === reason) ? reason : undefined
}
