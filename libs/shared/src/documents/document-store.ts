import { OwnError } from '../logging/index.js'

/**
 * Where the web apps keep the files that claimants upload, and the payments' files; a row's `Filepath` is a file's name
 * in it. Nothing here replaces a file: of several processes that are at one, none overwrites what another has stored.
 */
export abstract class DocumentStore {
  /**
   * Deletes a file and waits until that is done. Repeating is safe: a file that is not there counts as deleted, and
   * of an empty path there is none.
   * @throws DocumentStoreError, with a short code and never a path, if it could not be deleted
   */
  abstract delete(path: string): Promise<void>

  /**
   * Stores a file where there is none of that name, and waits until that is done: of several that try at once, one does.
   * Whoever reads it meanwhile finds it whole or not at all. Repeating is safe; when only the answer was lost, it finds
   * its own file there.
   * @returns false if there is one already: nothing has happened then
   * @throws DocumentStoreError, with a short code and never a path, if it may not have been stored
   */
  abstract create(path: string, bytes: Uint8Array): Promise<boolean>

  /**
   * Reads a file.
   * @returns its bytes; undefined if there is none of that name
   * @throws DocumentStoreError, with a short code and never a path, if it cannot be read, or is far too large
   */
  abstract get(path: string): Promise<Uint8Array | undefined>

  /**
   * Reads a file, with the tag that it has.
   * @returns undefined if there is none of that name
   * @throws DocumentStoreError, as `get` does
   */
  abstract getTagged(path: string): Promise<TaggedFile | undefined>

  /**
   * What tells a file's content from what it was before, without reading it: another one wherever it was changed.
   * @returns undefined if there is none of that name
   * @throws DocumentStoreError, with a short code and never a path, if it cannot be told
   */
  abstract tag(path: string): Promise<string | undefined>

  /**
   * The names of all files that begin like this, in any order, however many there are.
   * @param prefix of one folder: the files below it in others are not meant
   * @throws DocumentStoreError, with a short code, if they cannot be listed whole
   */
  abstract list(prefix: string): Promise<string[]>
}

/** A file's content with its tag. */
export interface TaggedFile {
  readonly bytes: Uint8Array
  readonly tag: string
}

/** The largest file that is read back, in bytes: far more than the payments of a year take. */
export const largestRead = 268_435_456

/** The file could not be dealt with. `reason` is a short code: a path may hold personal data. */
export class DocumentStoreError extends OwnError {
  override readonly name = 'DocumentStoreError'

  /** @param storeIsAway nothing is wrong with the file: the store does not answer, or only with its own failure */
  constructor(
    readonly reason: string,
    readonly storeIsAway = false,
  ) {
    super(reason)
  }
}

/** Neither the file is wrong nor the store away: it refuses this service's key or rights, or there is no such bucket. */
export class StoreRefusesService extends DocumentStoreError {}
