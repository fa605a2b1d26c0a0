import { realpath, unlink } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { DocumentStore, DocumentStoreError } from './document-store.js'

/** A local folder. What is outside it is out of reach, also by way of symbolic links. */
export class FolderStore extends DocumentStore {
  constructor(private readonly folder: string) {
    super()
  }

  async delete(path: string): Promise<void> {
    if (!path) return
    try {
      await unlink(await this.locate(path))
    } catch (error) {
      if (error instanceof DocumentStoreError) throw error
      const code = codeOf(error)
      if (!missing.includes(code)) throw new DocumentStoreError(`document-store-${code.toLowerCase()}`)
    }
  }

  /** Where a file really is; the file itself may be a link, and then it is the link. */
  private async locate(path: string): Promise<string> {
    if (isAbsolute(path) || !isInside(this.folder, resolve(this.folder, path))) throw pathOutside()
    const file = resolve(this.folder, path)
    const [folder, parent] = await Promise.all([realpath(this.folder), realpath(dirname(file))])
    if (parent !== folder && !isInside(folder, parent)) throw pathOutside()
    return join(parent, basename(file))
  }
}

const missing: readonly string[] = ['ENOENT', 'ENOTDIR']

const pathOutside = () => new DocumentStoreError('document-store-path-outside')

function isInside(folder: string, path: string): boolean {
  const way = relative(resolve(folder), path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`)
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'failed'
