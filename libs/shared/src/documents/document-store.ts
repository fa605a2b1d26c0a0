/**
 * Where the web apps keep the files that claimants upload, and the payments' files; a row's `Filepath` is a file's name
 * in it.
 */
export abstract class DocumentStore {
  /**
   * Deletes a file and waits until that is done. Repeating is safe: a file that is not there counts as deleted, and
   * of an empty path there is none.
   * @throws DocumentStoreError, with a short code and never a path, if it could not be deleted
   */
  abstract delete(path: string): Promise<void>

  /**
   * Stores a file, in place of one of that name, and waits until that is done. Whoever reads it meanwhile finds the old
   * one or none, never a part. Repeating is safe, also when it was stored and only the answer was lost.
   * @throws DocumentStoreError, with a short code and never a path, if it may not have been stored
   */
  abstract put(path: string, bytes: Uint8Array): Promise<void>
}

/** The file could not be dealt with. `reason` is a short code: a path may hold personal data. */
export class DocumentStoreError extends Error {
  override readonly name = 'DocumentStoreError'

  /** @param storeIsAway nothing is wrong with the file: the store does not answer, or only with its own failure */
  constructor(
    readonly reason: string,
    readonly storeIsAway = false,
  ) {
    super(reason)
  }
}
