import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import type { NextFunction } from 'express'
import { NotVouchedFor, type IdentityProvider } from '../who/identity-provider.js'
import { localRoles } from '../who/operator.js'
import { isSameToken } from './form-token.js'
import { Refusal, type ConsoleRequest, type ConsoleResponse, type Session } from './request.js'

/** A session ends after a working day, whatever is done in it, in milliseconds. */
export const sessionMs = 8 * 3_600_000

/** What anybody may have: nothing of it says anything about the work. */
const open =
  /^\/(?:assets\/|ping$|info$|health(?:\/|$)|sign-in(?:\/callback)?$|signed-out$|api\/v1\/openapi\.json$)/

type Middleware = (request: ConsoleRequest, response: ConsoleResponse, next: NextFunction) => void

/**
 * Finds out who asks, and lets nobody by who is not known. A browser is sent to sign in; the API takes bearer tokens
 * alone, which no browser sends by itself. A form counts if it brings back the token of its session.
 * @param provider none where everybody who reaches the machine itself is the local user
 */
export function authenticate(provider: IdentityProvider | undefined): Middleware {
  return (request, response, next) => {
    identify(provider, request).then((known) => {
      if (known) next()
      else response.redirect(`/sign-in?to=${encodeURIComponent(request.originalUrl)}`)
    }, next)
  }
}

/** @returns false if somebody has to sign in first. @throws Refusal */
async function identify(provider: IdentityProvider | undefined, request: ConsoleRequest): Promise<boolean> {
  if (open.test(request.path)) return true
  if (request.path.startsWith('/api/')) {
    await identifyProgram(provider, request)
    return true
  }
  const session = provider ? signedIn(request.session) : localSession(request)
  if (!session) {
    if (isLook(request)) return false
    throw new Refusal(401, 'your session has ended: sign in, and do it again')
  }
  const { name = '', roles = [], formToken = '' } = session
  // Who has no role may go, and come back as somebody else: the page that refuses them says who they are.
  request.operator = { name, roles, formToken, via: 'console' }
  if (!roles.length && request.path !== '/sign-out') throw new Refusal(403, `${name} has no role here`)
  const body = request.body as { _token?: unknown } | undefined
  if (!isLook(request) && !isSameToken(formToken, body?._token))
    throw new Refusal(403, 'this form is not one of yours: go back, and do it again')
  return true
}

async function identifyProgram(
  provider: IdentityProvider | undefined,
  request: ConsoleRequest,
): Promise<void> {
  if (!provider) {
    // A page of somebody else's may send forms to this machine, and no JSON.
    if (!isLook(request) && !request.is('application/json'))
      throw new Refusal(415, 'the body is application/json')
    request.operator = { name: localName(), roles: localRoles, formToken: '', via: 'api' }
    return
  }
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined) throw new Refusal(401, 'a bearer token of the issuer is needed')
  const person = await provider.verify(token).catch((error: unknown) => {
    throw error instanceof NotVouchedFor ? new Refusal(401, error.message) : error
  })
  if (!person.roles.length) throw new Refusal(403, `${person.name} has no role here`)
  request.operator = { ...person, formToken: '', via: 'api' }
}

const isLook = ({ method }: ConsoleRequest): boolean => method === 'GET' || method === 'HEAD'

const signedIn = (session: Session | null): Session | undefined =>
  session?.name !== undefined && (session.until ?? 0) > Date.now() ? session : undefined

function localSession(request: ConsoleRequest): Session {
  const formToken = request.session?.formToken ?? newFormToken()
  request.session = { name: localName(), roles: localRoles, formToken }
  return request.session
}

export const newFormToken = (): string => randomBytes(24).toString('base64url')

function localName(): string {
  try {
    return userInfo().username
  } catch {
    return 'local user'
  }
}
