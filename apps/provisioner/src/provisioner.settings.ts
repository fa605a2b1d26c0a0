import { z } from 'zod'
import {
  optionalText,
  readSettings,
  wholeNumber,
  wholeNumberIn,
  type Environment,
  type SettingsGroup,
} from '#shared/config'
import { bearerTokens, isLoopbackAllowed } from '#shared/http'

/** Nobody has a longer one set. */
export const longestTimeoutMs = 60_000

const schema = z.object({
  PROVISIONER_API_TOKEN: bearerTokens({
    words:
      'a secret; the bearer token of `POST /api/v1/subjects/{kind}/{id}`; two, with a comma between, while it is changed',
    otherwise: 'none: subjects come by tasks alone',
  }),
  PROVISIONER_CREDENTIALS: optionalText({
    words:
      'the file with the targets’ user names and passwords, as JSON: `{"NAME": {"username", "password"}}`, by the name that a target has; read anew for each request',
    otherwise: 'none: a target with credentials is told nothing',
    place: 'files',
  }),
  PROVISIONER_TIMEOUT_MS: wholeNumberIn(100, longestTimeoutMs, 10_000, {
    words: 'from a request to the last byte of its answer',
  }),
  PROVISIONER_WSDL_SECONDS: wholeNumberIn(1, 86_400, 900, {
    words: 'a WSDL is read again after so long, and at once where a request was refused',
  }),
  PROVISIONER_KEPT_DAYS: wholeNumber(30, {
    words: 'what a target has confirmed as gone is deleted after so many days',
  }),
})

export const settings: readonly SettingsGroup[] = [{ schema }]

/** Domain: `provisioning.md`. */
export class ProvisionerSettings {
  /** Whoever has one may say what is so of a subject; absent where nobody may. */
  readonly tokens: readonly string[] | undefined
  /** The file with the targets' credentials. */
  readonly credentials: string | undefined
  readonly timeoutMs: number
  /** For so long a WSDL holds, in milliseconds. */
  readonly wsdlMs: number
  readonly keptDays: number
  /** Targets may be on this machine. */
  readonly isLoopbackAllowed: boolean

  /** @throws SettingsError naming what is malformed */
  constructor(env: Environment) {
    const given = readSettings(schema, env)
    this.tokens = given.PROVISIONER_API_TOKEN
    this.credentials = given.PROVISIONER_CREDENTIALS
    this.timeoutMs = given.PROVISIONER_TIMEOUT_MS
    this.wsdlMs = given.PROVISIONER_WSDL_SECONDS * 1_000
    this.keptDays = given.PROVISIONER_KEPT_DAYS
    this.isLoopbackAllowed = isLoopbackAllowed(env)
  }
}
