import { WatchedFile } from '#shared/config'
import type { Log } from '#shared/logging'
import { readTemplates, type NotificationTemplate, type Templates } from './template-file.rules.js'

/** The templates of the file that `NOTIFICATION_TEMPLATES` names, as it is now. */
export class TemplateRegistry {
  private readonly templates: WatchedFile<Templates>

  /** @throws SettingsError where the file cannot be read, or is wrong */
  constructor(file: string | undefined, log: Log) {
    this.templates = new WatchedFile<Templates>({
      ...{ file, setting: 'NOTIFICATION_TEMPLATES', read: readTemplates, none: new Map() },
      onRefused: (error) =>
        log.error('the file of notification templates is not taken over: what held before holds', error),
    })
  }

  /** The templates that there are now, by their keys. */
  now(): Promise<Templates> {
    return this.templates.now()
  }

  async find(key: string): Promise<NotificationTemplate | undefined> {
    return (await this.now()).get(key)
  }
}
