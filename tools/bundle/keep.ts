import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const dayMs = 86_400_000

interface File {
  readonly path: string
  readonly contents: Uint8Array | string
}

/**
 * Writes files into a folder, and takes away what is in it besides. A program that runs may still load parts of the
 * build before: these stay for a day. Each file is whole at any moment.
 */
export async function keep(files: readonly File[], folder: string): Promise<void> {
  for (const { path, contents } of files) await replace(path, contents)
  const wanted = new Set(files.map(({ path }) => path))
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !wanted.has(path) && (await isOld(path))) await rm(path, { force: true })
  }
}

export async function replace(path: string, contents: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const whole = `${path}.${process.pid}`
  await writeFile(whole, contents)
  await rename(whole, path)
}

const isOld = async (path: string): Promise<boolean> => Date.now() - (await stat(path)).mtimeMs > dayMs
