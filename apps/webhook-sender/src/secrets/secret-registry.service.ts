import { readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { SettingsError } from '#shared/config'
import type { Log } from '#shared/logging'
import { readSecrets, type WebhookSecret, type WebhookSecrets } from './secret-file.rules.js'

/** No more often than this is looked whether the file has changed, in milliseconds. */
const lookMs = 1_000

/**
 * The secrets of the file that `WEBHOOK_SECRETS` names. A file that changes is taken over while the service runs; one that
 * is wrong then is not, and what held before goes on to hold.
 */
export class SecretRegistry {
  private secrets: WebhookSecrets
  private lookedAt = performance.now()
  private seen = ''

  /** @throws SettingsError where the file cannot be read, or is wrong */
  constructor(
    private readonly file: string | undefined,
    private readonly log: Log,
  ) {
    this.secrets = file === undefined ? new Map() : readSecrets(readOrRefuse(file))
  }

  /** Those of these names, in their order; undefined where one of them is not there. */
  async find(names: readonly string[]): Promise<readonly WebhookSecret[] | undefined> {
    if (this.file !== undefined && performance.now() - this.lookedAt >= lookMs) await this.look(this.file)
    const found = names.flatMap((name) => this.secrets.get(name) ?? [])
    return found.length === names.length ? found : undefined
  }

  private async look(file: string): Promise<void> {
    this.lookedAt = performance.now()
    try {
      const { mtimeMs, size, ino } = await stat(file)
      const state = `${mtimeMs} ${size} ${ino}`
      if (state === this.seen) return
      this.seen = state
      this.secrets = readSecrets(await readFile(file, 'utf8'))
    } catch (error) {
      this.log.error('the file of webhook secrets is not taken over: what held before holds', error)
    }
  }
}

function readOrRefuse(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new SettingsError('settings: WEBHOOK_SECRETS names a file that cannot be read')
  }
}
