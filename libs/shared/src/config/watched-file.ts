import { readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { SettingsError } from './settings.js'

/** No more often than this is looked whether the file has changed, in milliseconds. */
const lookMs = 1_000

export interface WatchedFileOptions<Content> {
  /** Where it is; undefined where there is none. */
  readonly file: string | undefined
  /** The setting that names it. */
  readonly setting: string
  /** @throws SettingsError where the text is wrong */
  readonly read: (text: string) => Content
  /** What holds where there is no file. */
  readonly none: Content
  /** Told of a change that is not taken over. */
  readonly onRefused: (error: unknown) => void
}

/**
 * What a file says that a setting names. One that changes is taken over while the service runs; one that is wrong then is
 * not, and what held before goes on to hold.
 */
export class WatchedFile<Content> {
  private content: Content
  private lookedAt = performance.now()
  private seen = ''

  /** @throws SettingsError where the file cannot be read, or is wrong */
  constructor(private readonly options: WatchedFileOptions<Content>) {
    const { file, read, none } = options
    this.content = file === undefined ? none : read(this.textOf(file))
  }

  /** What it says now. */
  async now(): Promise<Content> {
    const { file } = this.options
    if (file !== undefined && performance.now() - this.lookedAt >= lookMs) await this.look(file)
    return this.content
  }

  private async look(file: string): Promise<void> {
    this.lookedAt = performance.now()
    try {
      const { mtimeMs, size, ino } = await stat(file)
      const state = `${mtimeMs} ${size} ${ino}`
      if (state === this.seen) return
      this.seen = state
      this.content = this.options.read(await readFile(file, 'utf8'))
    } catch (error) {
      this.options.onRefused(error)
    }
  }

  private textOf(file: string): string {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      throw new SettingsError(`settings: ${this.options.setting} names a file that cannot be read`)
    }
  }
}
