import { createHash, randomUUID } from 'node:crypto'
import { link, lstat, mkdir, open, readdir, readFile, realpath, rm, unlink } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { DocumentStore, DocumentStoreError, largestRead, type TaggedFile } from './document-store.js'

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
      if (!missing.includes(codeOf(error))) throw storeError(error)
    }
  }

  async create(path: string, bytes: Uint8Array): Promise<boolean> {
    try {
      await this.makeFolderOf(this.resolve(path))
      return await place(await this.locate(path), bytes)
    } catch (error) {
      throw storeError(error)
    }
  }

  async get(path: string): Promise<Uint8Array | undefined> {
    try {
      const file = await this.locate(path)
      if ((await lstat(file)).size > largestRead) throw new DocumentStoreError('document-store-too-large')
      return await readFile(file)
    } catch (error) {
      if (missing.includes(codeOf(error))) return undefined
      throw storeError(error)
    }
  }

  async getTagged(path: string): Promise<TaggedFile | undefined> {
    const bytes = await this.get(path)
    return bytes && { bytes, tag: createHash('sha256').update(bytes).digest('hex') }
  }

  async tag(path: string): Promise<string | undefined> {
    return (await this.getTagged(path))?.tag
  }

  async list(prefix: string): Promise<string[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1)
    try {
      const entries = await readdir(await this.folderAt(folder), { withFileTypes: true })
      return entries
        .filter((entry) => !entry.isDirectory())
        .map(({ name }) => folder + name)
        .filter((name) => name.startsWith(prefix))
    } catch (error) {
      if (missing.includes(codeOf(error))) return []
      throw storeError(error)
    }
  }

  private async folderAt(path: string): Promise<string> {
    return path ? this.locate(path) : realpath(this.folder)
  }

  private resolve(path: string): string {
    const file = resolve(this.folder, path)
    if (isAbsolute(path) || !isInside(this.folder, file)) throw pathOutside()
    return file
  }

  /** Only below what is really in the folder: a link on the way may lead out of it. */
  private async makeFolderOf(file: string): Promise<void> {
    const parent = dirname(file)
    if (parent === resolve(this.folder)) await mkdir(parent, { recursive: true })
    else {
      await this.makeFolderOf(parent)
      await mkdir(await this.locate(relative(this.folder, parent))).catch(unlessThere)
    }
  }

  /** Where a file really is; the file itself may be a link, and then it is the link. */
  private async locate(path: string): Promise<string> {
    const file = this.resolve(path)
    const [folder, parent] = await Promise.all([realpath(this.folder), realpath(dirname(file))])
    if (parent !== folder && !isInside(folder, parent)) throw pathOutside()
    return join(parent, basename(file))
  }
}

const missing: readonly string[] = ['ENOENT', 'ENOTDIR']

/** Written apart, and put in its place in one step if that is free, with its content safe on the disk. */
async function place(file: string, bytes: Uint8Array): Promise<boolean> {
  const apart = join(dirname(file), `.${basename(file)}.${randomUUID()}.part`)
  await writeDurably(apart, bytes)
  try {
    await link(apart, file)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    if (codeOf(error) === 'ENOENT') return await place(file, bytes)
    throw error
  } finally {
    await rm(apart, { force: true })
  }
  await clearUp(file)
  return true
}

/** What one that was killed left behind. It may also be of one that is writing the same now: that one starts again. */
async function clearUp(file: string): Promise<void> {
  const unfinished = (name: string) => name.startsWith(`.${basename(file)}.`) && name.endsWith('.part')
  const leftovers = (await readdir(dirname(file))).filter(unfinished)
  await Promise.all(leftovers.map((name) => rm(join(dirname(file), name), { force: true })))
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error
}

const storeError = (error: unknown): DocumentStoreError =>
  error instanceof DocumentStoreError
    ? error
    : new DocumentStoreError(`document-store-${codeOf(error).toLowerCase()}`)

const pathOutside = () => new DocumentStoreError('document-store-path-outside')

function isInside(folder: string, path: string): boolean {
  const way = relative(resolve(folder), path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`)
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'failed'
