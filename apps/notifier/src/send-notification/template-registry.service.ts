import { readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { SettingsError } from '#shared/config'
import type { Log } from '#shared/logging'
import { readTemplates, type NotificationTemplate, type Templates } from './template-file.rules.js'

/** No more often than this is looked whether the file has changed, in milliseconds. */
const lookMs = 1_000

/**
 * The templates of the file that `NOTIFICATION_TEMPLATES` names. A file that changes is taken over while the service runs;
 * one that is wrong then is not, and what held before goes on to hold.
 */
export class TemplateRegistry {
  private templates: Templates
  private lookedAt = performance.now()
  private seen = ''

  /** @throws SettingsError where the file cannot be read, or is wrong */
  constructor(
    private readonly file: string | undefined,
    private readonly log: Log,
  ) {
    this.templates = file === undefined ? new Map() : readTemplates(readOrRefuse(file))
  }

  /** The templates that there are now, by their keys. */
  async now(): Promise<Templates> {
    if (this.file !== undefined && performance.now() - this.lookedAt >= lookMs) await this.look(this.file)
    return this.templates
  }

  async find(key: string): Promise<NotificationTemplate | undefined> {
    return (await this.now()).get(key)
  }

  private async look(file: string): Promise<void> {
    this.lookedAt = performance.now()
    try {
      const { mtimeMs, size, ino } = await stat(file)
      const state = `${mtimeMs} ${size} ${ino}`
      if (state === this.seen) return
      this.seen = state
      this.templates = readTemplates(await readFile(file, 'utf8'))
    } catch (error) {
      this.log.error('the file of notification templates is not taken over: what held before holds', error)
    }
  }
}

function readOrRefuse(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new SettingsError('settings: NOTIFICATION_TEMPLATES names a file that cannot be read')
  }
}
