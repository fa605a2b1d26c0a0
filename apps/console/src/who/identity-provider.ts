import { createRemoteJWKSet, decodeJwt, jwtVerify, type JWTVerifyGetKey } from 'jose'
import * as oidc from 'openid-client'
import { OwnError } from '#shared/logging'
import type { IssuerSettings } from '../console.settings.js'
import { nameOf, rolesOf, saysRoles, type Claims, type Role } from './roles.rules.js'

/** Somebody whom the issuer knows, and what they may do here. */
export interface Person {
  readonly name: string
  readonly roles: readonly Role[]
}

/** What a sign-in that has begun is recognised by when it comes back. */
export interface SignIn {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** The issuer cannot be asked, or does not vouch for whoever came. */
export class NotVouchedFor extends OwnError {
  override readonly name = 'NotVouchedFor'
}

const patienceSeconds = 5
/** By which a token may be out of date: clocks differ. */
const tolerance = 5

/** An OpenID Connect provider, asked for what it can do when it is first needed. */
export class IdentityProvider {
  private found: Promise<{ config: oidc.Configuration; keys: JWTVerifyGetKey }> | undefined

  constructor(
    private readonly settings: IssuerSettings,
    /** Where browsers find the console. */
    private readonly url: string,
  ) {}

  /** Where to send a browser to, and what to remember until it comes back. */
  async begin(): Promise<{ url: URL; signIn: SignIn }> {
    const { config } = await this.provider()
    const signIn = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    }
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: `${this.url}/sign-in/callback`,
      scope: 'openid profile',
      state: signIn.state,
      nonce: signIn.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(signIn.verifier),
      code_challenge_method: 'S256',
    })
    return { url, signIn }
  }

  /** @param path with its query, as the browser came back. @throws NotVouchedFor */
  async finish(path: string, { state, nonce, verifier }: SignIn): Promise<Person> {
    const { config } = await this.provider()
    try {
      const tokens = await oidc.authorizationCodeGrant(config, new URL(`${this.url}${path}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      })
      const claims: Claims = { ...ofToken(tokens.access_token), ...tokens.claims() }
      return this.personOf(await this.withRoles(config, claims, tokens.access_token))
    } catch {
      // Its words are the issuer's, or came with the browser: neither is for a page.
      throw new NotVouchedFor('the sign-in was not completed: try again')
    }
  }

  /** Whose bearer token this is. @throws NotVouchedFor */
  async verify(token: string): Promise<Person> {
    const { config, keys } = await this.provider()
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: config.serverMetadata().issuer,
        audience: this.settings.audience,
        clockTolerance: tolerance,
        requiredClaims: ['exp'],
      })
      return this.personOf(payload)
    } catch {
      throw new NotVouchedFor('the bearer token is not one of the issuer, or is out of date')
    }
  }

  /** Where to send a browser whose session here has ended, so that it ends at the issuer too. */
  async signOutUrl(): Promise<string> {
    const { config } = await this.provider()
    const after = `${this.url}/signed-out`
    if (!config.serverMetadata().end_session_endpoint) return after
    return oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: after }).href
  }

  private personOf = (claims: Claims): Person => ({
    name: nameOf(claims),
    roles: rolesOf(claims, this.settings.roles),
  })

  /** Issuers say roles in the one token, in the other, or only when they are asked. */
  private async withRoles(config: oidc.Configuration, claims: Claims, token: string): Promise<Claims> {
    const asked = !saysRoles(claims, this.settings.roles) && config.serverMetadata().userinfo_endpoint
    if (!asked || typeof claims.sub !== 'string') return claims
    return { ...claims, ...(await oidc.fetchUserInfo(config, token, claims.sub)) }
  }

  private provider() {
    this.found ??= this.discover().catch((error: unknown) => {
      this.found = undefined
      throw error
    })
    return this.found
  }

  private async discover() {
    const { issuer, clientId, clientSecret } = this.settings
    const local = ['localhost', '127.0.0.1', '[::1]'].includes(issuer.hostname)
    try {
      const config = await oidc.discovery(issuer, clientId, clientSecret, undefined, {
        timeout: patienceSeconds,
        ...(local ? { execute: [oidc.allowInsecureRequests] } : {}),
      })
      const { jwks_uri } = config.serverMetadata()
      if (jwks_uri === undefined) throw new NotVouchedFor('the issuer does not say its keys')
      return { config, keys: createRemoteJWKSet(new URL(jwks_uri)) }
    } catch (error) {
      if (error instanceof NotVouchedFor) throw error
      throw new NotVouchedFor('the issuer that says who you are cannot be reached: try again')
    }
  }
}

/** What it says, if it can be read here. It came from the issuer itself, over a connection of ours. */
function ofToken(token: string): Claims {
  try {
    return decodeJwt(token)
  } catch {
    return {}
  }
}
