import { WatchedFile } from '#shared/config'
import type { Log } from '#shared/logging'
import { readSecrets, type WebhookSecret, type WebhookSecrets } from './secret-file.rules.js'

/** The secrets of the file that `WEBHOOK_SECRETS` names, as it is now. */
export class SecretRegistry {
  private readonly secrets: WatchedFile<WebhookSecrets>

  /** @throws SettingsError where the file cannot be read, or is wrong */
  constructor(file: string | undefined, log: Log) {
    this.secrets = new WatchedFile<WebhookSecrets>({
      ...{ file, setting: 'WEBHOOK_SECRETS', read: readSecrets, none: new Map() },
      onRefused: (error) =>
        log.error('the file of webhook secrets is not taken over: what held before holds', error),
    })
  }

  /** Those of these names, in their order; undefined where one of them is not there. */
  async find(names: readonly string[]): Promise<readonly WebhookSecret[] | undefined> {
    const secrets = await this.secrets.now()
    const found = names.flatMap((name) => secrets.get(name) ?? [])
    return found.length === names.length ? found : undefined
  }
}
