import { z } from 'zod'
import {
  flag,
  optionalText,
  readSettings,
  setting,
  text,
  textOr,
  wholeNumber,
  wholeNumberIn,
  type Environment,
  type SettingsGroup,
} from '#shared/config'
import { bearerTokens } from '#shared/http'
import { templateNames, templateSetting, type TemplateName } from '#shared/contracts'
import type { HelpdeskOptions } from './raise-ticket/helpdesk.client.js'
import type { Email, EmailLinks } from './send-email/email.js'
import type { Notification } from './sending/notification.js'
import type { NotifyClientOptions } from './sending/notify.client.js'

const dayMs = 86_400_000
const spareMs = 2 * 3_600_000
/** Nobody has longer ones set. */
export const longestTimeoutMs = 60_000
export const longestSettleMs = 600_000

const schema = z.object({
  APVS_NOTIFY_API_URL: setting(z.url().default('https://api.notifications.service.gov.uk'), {
    form: 'a URL',
    upstream: 'notify',
  }),
  APVS_NOTIFY_API_KEY: text({ place: 'secrets' }),
  APVS_NOTIFY_CLIENT_ID: optionalText({ otherwise: 'taken from the key' }),
  APVS_NOTIFY_DO_NOT_SEND_EMAIL: textOr('donotsend@apvs.com', { words: 'the address that gets nothing' }),
  APVS_EXTERNAL_SERVICE_URL: setting(
    z.url().default('https://help-with-prison-visits-dev.service.justice.gov.uk'),
    { words: 'stands in emails', form: 'a URL' },
  ),
  APVS_EXTERNAL_PATH_ALREADY_REGISTERED: textOr('/start-already-registered'),
  APVS_EXTERNAL_PATH_TECHNICAL_HELP: textOr('/technical-help'),
  NOTIFY_TIMEOUT_MS: wholeNumberIn(100, longestTimeoutMs, 10_000),
  NOTIFY_SETTLE_MS: wholeNumberIn(0, longestSettleMs, 30_000, {
    words: 'for so long Notify may still take an email whose request was not answered',
  }),
  NOTIFY_RETENTION_DAYS: wholeNumber(7, {
    words: 'for so long Notify knows an email; as the service has it there',
  }),
  NOTIFICATION_TEMPLATES: optionalText({
    words:
      'the file with the templates of `SEND-NOTIFICATION`, as JSON; a change is taken over without a restart',
    otherwise: 'none: every such task is refused, `template-unknown`',
    place: 'files',
  }),
  NOTIFY_RECEIPTS_TOKEN: bearerTokens({
    words:
      'a secret; the bearer token of Notify’s delivery receipts, `POST /notify/receipts`; two, with a comma between, while it is changed',
    otherwise: 'none: no receipts are taken, and what became of a notification is looked up',
  }),
  NOTIFICATION_AGAIN_MINUTES: wholeNumberIn(0, 1_440, 240, {
    words: 'after so long an email or text message that failed for the time being is sent once more',
  }),
  DEPLOYMENT: setting(
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
      .optional(),
    {
      words:
        'begins the references of emails at Notify and the keys of tickets; another one for each deployment that shares a Notify service or helpdesk, and the same for good',
      otherwise: 'none: they are the messages’ ids',
      form: 'lower-case letters, digits and hyphens',
    },
  ),
  APVS_ZENDESK_ENABLED: flag(false, {
    words: 'false: whoever asks for technical help gets no ticket, and the task completes',
    switches: 'helpdesk',
  }),
  APVS_ZENDESK_PROD_ENVIRONMENT: flag(false, { words: 'false: tickets say that they are tests' }),
  ...Object.fromEntries(
    templateNames.map((name) => [
      templateSetting(name),
      setting(z.uuid(), { words: 'the id of a template at Notify', form: 'a UUID' }),
    ]),
  ),
})

/** Only asked for where the helpdesk is switched on. */
const helpdeskSchema = z.object({
  APVS_ZENDESK_API_URL: setting(z.url({ protocol: /^https?$/ }), {
    words: 'needed when it is on',
    form: 'an http(s) URL',
    upstream: 'helpdesk',
  }),
  APVS_ZENDESK_API_KEY: text({ words: 'needed when it is on', place: 'secrets' }),
  APVS_ZENDESK_EMAIL_ADDRESS: text({ words: 'needed when it is on' }),
  HELPDESK_TIMEOUT_MS: wholeNumberIn(100, longestTimeoutMs, 10_000),
  HELPDESK_SETTLE_MS: wholeNumberIn(0, longestSettleMs, 30_000, {
    words: 'for so long the helpdesk may still be at a request that was not answered',
  }),
})

export const settings: readonly SettingsGroup[] = [
  { schema },
  { schema: helpdeskSchema, when: ({ APVS_ZENDESK_ENABLED: on }) => on === 'true' },
]

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
  /** Whoever has one may post receipts; absent where none are taken. */
  readonly receiptsTokens: readonly string[] | undefined
  /** After so many milliseconds what failed for the time being is sent once more. */
  readonly anewMs: number
  /** The file with the templates of `SEND-NOTIFICATION`; absent where there is none. */
  readonly templateFile: string | undefined
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
    this.receiptsTokens = settings.NOTIFY_RECEIPTS_TOKEN
    this.anewMs = settings.NOTIFICATION_AGAIN_MINUTES * 60_000
    this.templateFile = settings.NOTIFICATION_TEMPLATES
    this.templates = settings as unknown as Record<string, string>
    this.production = settings.APVS_ZENDESK_PROD_ENVIRONMENT
    if (settings.APVS_ZENDESK_ENABLED) this.helpdesk = helpdeskOptions(env)
  }

  /** What a message is called where other deployments may have messages, too. */
  outside(messageId: string): string {
    return this.deployment === undefined ? messageId : `${this.deployment}.${messageId}`
  }

  /** The message's id that a name outside stands for; undefined for another deployment's. */
  inside(reference: string): string | undefined {
    if (this.deployment === undefined) return reference
    const beginning = `${this.deployment}.`
    return reference.startsWith(beginning) ? reference.slice(beginning.length) : undefined
  }

  templateId(name: TemplateName): string {
    return this.templates[templateSetting(name)] ?? ''
  }

  /** An email as it is sent. */
  byNotify({ template, address: to, personalisation }: Email): Notification {
    return { channel: 'email', templateId: this.templateId(template), template, to, personalisation }
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
