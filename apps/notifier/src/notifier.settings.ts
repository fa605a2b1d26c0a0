import { z } from 'zod'
import { flag, readSettings, wholeNumber, type Environment } from '#shared/config'
import type { HelpdeskOptions } from './raise-ticket/helpdesk.client.js'
import { templateNames, type EmailLinks, type TemplateName } from './send-email/email.js'
import type { NotifyClientOptions } from './send-email/notify.client.js'

const dayMs = 86_400_000
const spareMs = 2 * 3_600_000

const schema = z.object({
  APVS_EXTERNAL_SERVICE_URL: z.url().default('https://help-with-prison-visits-dev.service.justice.gov.uk'),
  APVS_EXTERNAL_PATH_ALREADY_REGISTERED: z.string().default('/start-already-registered'),
  APVS_EXTERNAL_PATH_TECHNICAL_HELP: z.string().default('/technical-help'),
  APVS_NOTIFY_API_URL: z.url().default('https://api.notifications.service.gov.uk'),
  APVS_NOTIFY_API_KEY: z.string(),
  APVS_NOTIFY_CLIENT_ID: z.string().optional(),
  APVS_NOTIFY_DO_NOT_SEND_EMAIL: z.string().default('donotsend@apvs.com'),
  APVS_ZENDESK_ENABLED: flag(false),
  APVS_ZENDESK_PROD_ENVIRONMENT: flag(false),
  NOTIFY_TIMEOUT_MS: wholeNumber(10_000),
  NOTIFY_SETTLE_MS: wholeNumber(30_000),
  NOTIFY_RETENTION_DAYS: wholeNumber(7),
  DEPLOYMENT: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
    .optional(),
  ...Object.fromEntries(templateNames.map((name) => [templateSetting(name), z.uuid()])),
})

/** Only asked for where the helpdesk is switched on. */
const helpdeskSchema = z.object({
  APVS_ZENDESK_API_URL: z.url({ protocol: /^https?$/ }),
  APVS_ZENDESK_API_KEY: z.string(),
  APVS_ZENDESK_EMAIL_ADDRESS: z.string(),
  HELPDESK_TIMEOUT_MS: wholeNumber(10_000),
  HELPDESK_SETTLE_MS: wholeNumber(30_000),
})

/** Domain: `settings.md`, `notifications.md`. */
export class NotifierSettings {
  readonly notify: NotifyClientOptions
  /** For so many milliseconds Notify may still be at a request whose answer was not waited for, or got lost. */
  readonly settleMs: number
  /** For so many milliseconds Notify can be asked for an email, less what a change of the clocks and its own nights take. */
  readonly rememberedMs: number
  /** What tells the references of this deployment from another one's at the same service. */
  readonly deployment: string | undefined
  readonly links: EmailLinks
  /** The address that gets nothing. */
  readonly doNotSend: string
  /** Absent: the helpdesk is switched off, and no ticket is raised. */
  readonly helpdesk?: HelpdeskOptions
  /** Tickets from outside production say so. */
  readonly production: boolean
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
    this.settleMs = settings.NOTIFY_SETTLE_MS
    this.rememberedMs = settings.NOTIFY_RETENTION_DAYS * dayMs - spareMs
    this.deployment = settings.DEPLOYMENT
    const service = settings.APVS_EXTERNAL_SERVICE_URL
    this.links = {
      requestInfoUrl: service + settings.APVS_EXTERNAL_PATH_ALREADY_REGISTERED,
      technicalHelpUrl: service + settings.APVS_EXTERNAL_PATH_TECHNICAL_HELP,
    }
    this.doNotSend = settings.APVS_NOTIFY_DO_NOT_SEND_EMAIL
    this.templates = settings as unknown as Record<string, string>
    this.production = settings.APVS_ZENDESK_PROD_ENVIRONMENT
    if (settings.APVS_ZENDESK_ENABLED) this.helpdesk = helpdeskOptions(env)
  }

  /** What a message is called where other deployments may have messages, too. */
  outside(messageId: string): string {
    return this.deployment === undefined ? messageId : `${this.deployment}.${messageId}`
  }

  templateId(name: TemplateName): string {
    return this.templates[templateSetting(name)] ?? ''
  }
}

function helpdeskOptions(env: Environment): HelpdeskOptions {
  const settings = readSettings(helpdeskSchema, env)
  return {
    url: settings.APVS_ZENDESK_API_URL,
    apiKey: settings.APVS_ZENDESK_API_KEY,
    emailAddress: settings.APVS_ZENDESK_EMAIL_ADDRESS,
    timeoutMs: settings.HELPDESK_TIMEOUT_MS,
    settleMs: settings.HELPDESK_SETTLE_MS,
  }
}

function templateSetting(name: TemplateName): string {
  return `APVS_NOTIFY_${name}`
}
