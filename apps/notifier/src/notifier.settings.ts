import { z } from 'zod'
import { readSettings, wholeNumber, type Environment } from '#shared/config'
import { templateNames, type EmailLinks, type TemplateName } from './send-email/email.js'
import type { NotifyClientOptions } from './send-email/notify.client.js'

const schema = z.object({
  APVS_EXTERNAL_SERVICE_URL: z.url().default('https://help-with-prison-visits-dev.service.justice.gov.uk'),
  APVS_EXTERNAL_PATH_ALREADY_REGISTERED: z.string().default('/start-already-registered'),
  APVS_NOTIFY_API_URL: z.url().default('https://api.notifications.service.gov.uk'),
  APVS_NOTIFY_API_KEY: z.string(),
  APVS_NOTIFY_CLIENT_ID: z.string().optional(),
  APVS_NOTIFY_DO_NOT_SEND_EMAIL: z.string().default('donotsend@apvs.com'),
  NOTIFY_TIMEOUT_MS: wholeNumber(10_000),
  ...Object.fromEntries(templateNames.map((name) => [templateSetting(name), z.uuid()])),
})

/** Domain: `settings.md`, `notifications.md`. */
export class NotifierSettings {
  readonly notify: NotifyClientOptions
  readonly links: EmailLinks
  /** The address that gets nothing. */
  readonly doNotSend: string
  private readonly templates: Readonly<Record<string, string>>

  /** @throws SettingsError naming what is missing or malformed */
  constructor(env: Environment) {
    const settings = readSettings(schema, env)
    this.notify = {
      url: settings.APVS_NOTIFY_API_URL,
      apiKey: settings.APVS_NOTIFY_API_KEY,
      clientId: settings.APVS_NOTIFY_CLIENT_ID,
      timeoutMs: settings.NOTIFY_TIMEOUT_MS,
    }
    this.links = {
      requestInfoUrl: settings.APVS_EXTERNAL_SERVICE_URL + settings.APVS_EXTERNAL_PATH_ALREADY_REGISTERED,
    }
    this.doNotSend = settings.APVS_NOTIFY_DO_NOT_SEND_EMAIL
    this.templates = settings as unknown as Record<string, string>
  }

  templateId(name: TemplateName): string {
    return this.templates[templateSetting(name)] ?? ''
  }
}

function templateSetting(name: TemplateName): string {
  return `APVS_NOTIFY_${name}`
}
