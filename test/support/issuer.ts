import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** Programs have bearer tokens for this. */
const audience = 'urn:hwpv:console'
const client = { id: 'console', secret: 'a secret of the tests, long enough for any' }

/** A real OpenID Connect provider, whose people are called by what they may do. */
export interface Issuer {
  readonly url: string
  /** What a console is told of it. */
  env(consoleUrl: string): Record<string, string>
  /** A bearer token of a program that has these roles. */
  token(roles: readonly string[], options?: { readonly audience?: string }): Promise<string>
  close(): Promise<void>
}

/**
 * Anybody may sign in with any password; `ada-viewer` has the role `hwpv-viewer`, `ada-operator-finance` two, and `ada`
 * none.
 * @param consolePort where the console listens
 */
export async function startIssuer(consolePort: number): Promise<Issuer> {
  const consoleUrl = `http://localhost:${consolePort}`
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  let programRoles: readonly string[] = []
  const provider = new Provider(url, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
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
    cookies: { keys: ['only for tests'] },
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
      CONSOLE_CLIENT_ID: client.id,
      CONSOLE_CLIENT_SECRET: client.secret,
      CONSOLE_URL: at,
      CONSOLE_AUDIENCE: audience,
      CONSOLE_SESSION_KEYS: 'a key of the tests with more than thirty-two characters',
    }),
    async token(roles, options = {}) {
      programRoles = roles
      const told = await fetch(`${url}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client.id}:${encodeURIComponent(client.secret)}`)}` },
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
