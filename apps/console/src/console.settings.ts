import { z } from 'zod'
import { readSettings, SettingsError, type Environment } from '#shared/config'

const schema = z.object({
  CONSOLE_ISSUER: z.url().optional(),
  CONSOLE_CLIENT_ID: z.string().optional(),
  CONSOLE_CLIENT_SECRET: z.string().optional(),
  CONSOLE_URL: z.url().optional(),
  CONSOLE_SESSION_KEYS: z.string().optional(),
  CONSOLE_AUDIENCE: z.string().optional(),
  CONSOLE_ROLES_CLAIM: z.string().default('roles'),
  CONSOLE_ROLE_VIEWER: z.string().default('hwpv-viewer'),
  CONSOLE_ROLE_OPERATOR: z.string().default('hwpv-operator'),
  CONSOLE_ROLE_FINANCE: z.string().default('hwpv-finance'),
})

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
