import { resolve } from 'node:path'
import { OpenFile } from './open-file.js'

/** Files of the embedded database that are open in this process, each once, however many of its services use it. */
export class OpenFiles {
  private readonly files = new Map<string, { file: Promise<OpenFile>; users: number }>()

  /** @returns the file, to be given back by everyone who opened it */
  async open(path: string): Promise<OpenFile> {
    const key = resolve(path)
    const entry = this.files.get(key) ?? { file: OpenFile.open(path), users: 0 }
    this.files.set(key, entry)
    entry.users++
    try {
      return await entry.file
    } catch (error) {
      // Whoever asks next tries again.
      if (this.files.get(key) === entry) this.files.delete(key)
      throw error
    }
  }

  /** Closes it if nobody else uses it. */
  async close(path: string): Promise<void> {
    const key = resolve(path)
    const entry = this.files.get(key)
    if (!entry || --entry.users > 0) return
    this.files.delete(key)
    const file = await entry.file
    file.close()
  }
}
