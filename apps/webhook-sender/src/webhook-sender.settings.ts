import { z } from 'zod'
import {
  optionalText,
  readSettings,
  textOr,
  wholeNumberIn,
  type Environment,
  type SettingsGroup,
} from '#shared/config'
import { isLoopbackAllowed } from '#shared/http'

const hourMs = 3_600_000
/** Nobody has a longer one set. */
export const longestTimeoutMs = 20_000

const schema = z.object({
  WEBHOOK_SECRETS: optionalText({
    words:
      'the file with the secrets of endpoints, as JSON, each by its name; a change is taken over without a restart',
    otherwise: 'none: nothing is sent, `webhook-secret-missing`',
    place: 'files',
    upstream: 'webhooks',
  }),
  WEBHOOK_TIMEOUT_MS: wholeNumberIn(100, longestTimeoutMs, 10_000, {
    words: 'for so long an endpoint may take to answer, the connection included',
  }),
  WEBHOOK_GIVE_UP_HOURS: wholeNumberIn(1, 24, 24, {
    words: 'after so long without success an endpoint is left alone until somebody retries its dead letter',
  }),
  WEBHOOK_TOKEN_ISSUER: textOr('hwpv-async-services', {
    words: 'the issuer of the bearer tokens of endpoints that want one',
  }),
})

export const settings: readonly SettingsGroup[] = [{ schema }]

export class WebhookSenderSettings {
  /** The file with the secrets; absent where there is none. */
  readonly secretFile: string | undefined
  readonly timeoutMs: number
  /** After so many milliseconds without success a delivery goes to the dead letters. */
  readonly giveUpMs: number
  readonly tokenIssuer: string
  /** Endpoints may be on this machine. */
  readonly isLoopbackAllowed: boolean

  /** @throws SettingsError naming what is malformed */
  constructor(env: Environment) {
    const settings = readSettings(schema, env)
    this.secretFile = settings.WEBHOOK_SECRETS
    this.timeoutMs = settings.WEBHOOK_TIMEOUT_MS
    this.giveUpMs = settings.WEBHOOK_GIVE_UP_HOURS * hourMs
    this.tokenIssuer = settings.WEBHOOK_TOKEN_ISSUER
    this.isLoopbackAllowed = isLoopbackAllowed(env)
  }
}
