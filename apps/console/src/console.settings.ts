import { z } from 'zod'
import {
  optionalText,
  readSettings,
  setting,
  SettingsError,
  textOr,
  type Environment,
  type SettingsGroup,
} from '#shared/config'

const url = (words: string) => setting(z.url().optional(), { words, form: 'a URL' })

const schema = z.object({
  CONSOLE_ISSUER: url(
    'an OpenID Connect provider. Without one the console listens on this machine alone, and acts as the machine’s user',
  ),
  CONSOLE_CLIENT_ID: optionalText({ words: 'of the console at the issuer; needed with one' }),
  CONSOLE_CLIENT_SECRET: optionalText({ words: 'likewise', place: 'secrets' }),
  CONSOLE_URL: url(
    'where browsers find it; the issuer sends them back to `/sign-in/callback`, and to `/signed-out`. Needed with one',
  ),
  CONSOLE_SESSION_KEYS: optionalText({
    words:
      'secrets of 32 characters or more, with commas between: sessions are signed with the first. Needed with an issuer',
    place: 'secrets',
  }),
  CONSOLE_AUDIENCE: optionalText({
    words: 'of whom a program’s bearer token must be',
    otherwise: '`CONSOLE_CLIENT_ID`',
  }),
  CONSOLE_ROLES_CLAIM: textOr('roles', {
    words:
      'where a token says somebody’s roles; a path with dots (`realm_access.roles`), `authorities` with HMPPS Auth',
  }),
  CONSOLE_ROLE_VIEWER: textOr('hwpv-viewer', { words: 'what the issuer calls who looks' }),
  CONSOLE_ROLE_OPERATOR: textOr('hwpv-operator', { words: 'who changes' }),
  CONSOLE_ROLE_FINANCE: textOr('hwpv-finance', { words: 'and who may have the payment files' }),
})

export const consoleSettings: SettingsGroup = { schema }

const neededWithIssuer = [
  'CONSOLE_CLIENT_ID',
  'CONSOLE_CLIENT_SECRET',
  'CONSOLE_URL',
  'CONSOLE_SESSION_KEYS',
] as const

/** Fewer characters could be guessed. */
const shortestKey = 32

/** What the issuer calls the roles, and where it says who has which. */
export interface RoleNames {
  /** A name, or a path of names with dots between. */
  readonly claim: string
  readonly viewer: string
  readonly operator: string
  readonly finance: string
}

/** The OpenID Connect provider that says who somebody is. */
export interface IssuerSettings {
  readonly issuer: URL
  readonly clientId: string
  readonly clientSecret: string
  /** Of whom bearer tokens are for. */
  readonly audience: string
  readonly roles: RoleNames
}

/** What the console is told by its environment. */
export class ConsoleSettings {
  /** Without one everybody who reaches the machine itself is the local user. */
  readonly issuer: IssuerSettings | undefined
  /** Where browsers find it, without a slash at the end; undefined where it only listens on the machine itself. */
  readonly url: string | undefined
  /** Sessions are signed with the first, and known by any; undefined where each start has one of its own. */
  readonly sessionKeys: readonly string[] | undefined

  /** @throws SettingsError naming what is missing or malformed */
  constructor(env: Environment) {
    const settings = readSettings(schema, env)
    const missing = settings.CONSOLE_ISSUER
      ? neededWithIssuer.filter((name) => settings[name] === undefined)
      : []
    if (missing.length)
      throw new SettingsError(`settings: ${missing.map((name) => `${name} is missing`).join(', ')}`)
    const keys = settings.CONSOLE_SESSION_KEYS?.split(',').map((key) => key.trim())
    if (keys?.some((key) => key.length < shortestKey))
      throw new SettingsError(
        `settings: CONSOLE_SESSION_KEYS has a key of less than ${shortestKey} characters`,
      )
    this.sessionKeys = keys
    this.url = settings.CONSOLE_ISSUER ? settings.CONSOLE_URL?.replace(/\/+$/, '') : undefined
    this.issuer = settings.CONSOLE_ISSUER
      ? {
          issuer: new URL(settings.CONSOLE_ISSUER),
          clientId: settings.CONSOLE_CLIENT_ID ?? '',
          clientSecret: settings.CONSOLE_CLIENT_SECRET ?? '',
          audience: settings.CONSOLE_AUDIENCE ?? settings.CONSOLE_CLIENT_ID ?? '',
          roles: {
            claim: settings.CONSOLE_ROLES_CLAIM,
            viewer: settings.CONSOLE_ROLE_VIEWER,
            operator: settings.CONSOLE_ROLE_OPERATOR,
            finance: settings.CONSOLE_ROLE_FINANCE,
          },
        }
      : undefined
  }
}
