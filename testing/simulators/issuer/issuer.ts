import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** Programs have bearer tokens for this. */
const audience = 'urn:hwpv:console'

/** What the issuer and its one client, the console, tell each other by. */
export const issuerClient = {
  id: 'console',
  secret: 'a secret of the stand-in, long enough for any',
  sessionKeys: 'a key of the stand-in with more than thirty-two characters',
}

/** A real OpenID Connect provider, whose people are called by what they may do. */
export interface Issuer {
  readonly url: string
  /** What a console is told of it. */
  env(consoleUrl: string): Record<string, string>
  /** A bearer token of a program that has these roles. */
  token(roles: readonly string[], options?: { readonly audience?: string }): Promise<string>
  close(): Promise<void>
}

export interface IssuerOptions {
  /** Where browsers find the console. */
  readonly consoleUrl: string
  /** This machine's own address without it. */
  readonly host?: string
  /** Any free one without it. */
  readonly port?: number
}

/**
 * Anybody may sign in with any password; `ada-viewer` has the role `hwpv-viewer`, `ada-operator-finance` two, and `ada`
 * none.
 */
export async function startIssuer({
  consoleUrl,
  host = '127.0.0.1',
  port = 0,
}: IssuerOptions): Promise<Issuer> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  let programRoles: readonly string[] = []
  const provider = new Provider(url, {
    clients: [
      {
        client_id: issuerClient.id,
        client_secret: issuerClient.secret,
        redirect_uris: [`${consoleUrl}/sign-in/callback`],
        post_logout_redirect_uris: [`${consoleUrl}/signed-out`],
        grant_types: ['authorization_code', 'client_credentials'],
        response_types: ['code'],
      },
    ],
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, roles: rolesIn(id) }),
    }),
    claims: { openid: ['sub'], profile: ['preferred_username', 'roles'] },
    cookies: { keys: ['only for trying things out'] },
    pkce: { required: () => true },
    extraTokenClaims: (_, token) =>
      token.kind === 'ClientCredentials' ? { roles: [...programRoles], sub: 'pipeline' } : undefined,
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: '',
          audience: resource,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  })
  const answer = provider.callback()
  server.on('request', (request, response) => void answer(request, response))
  return {
    url,
    env: (at) => ({
      CONSOLE_ISSUER: url,
      CONSOLE_CLIENT_ID: issuerClient.id,
      CONSOLE_CLIENT_SECRET: issuerClient.secret,
      CONSOLE_URL: at,
      CONSOLE_AUDIENCE: audience,
      CONSOLE_SESSION_KEYS: issuerClient.sessionKeys,
    }),
    async token(roles, options = {}) {
      programRoles = roles
      const basic = `Basic ${btoa(`${issuerClient.id}:${encodeURIComponent(issuerClient.secret)}`)}`
      const told = await fetch(`${url}/token`, {
        method: 'POST',
        headers: { authorization: basic },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          resource: options.audience ?? audience,
        }),
      })
      return ((await told.json()) as { access_token: string }).access_token
    },
    close: () => closed(server),
  }
}

const rolesIn = (name: string): string[] =>
  ['viewer', 'operator', 'finance'].filter((role) => name.includes(role)).map((role) => `hwpv-${role}`)

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
