import { randomBytes } from 'node:crypto'
import cookieSession from 'cookie-session'
import type { NextFunction, RequestHandler } from 'express'
import helmet from 'helmet'
import type { ConsoleSettings } from '../console.settings.js'
import type { ConsoleRequest, ConsoleResponse } from './request.js'
import { sessionMs } from './authenticate.js'

/** What every answer says to browsers: nothing from elsewhere, no inline script but the one we name, nobody's frame. */
export function headers({ issuer, url }: ConsoleSettings): RequestHandler[] {
  const nonce = (_: ConsoleRequest, response: ConsoleResponse, next: NextFunction) => {
    response.locals.nonce = randomBytes(16).toString('base64')
    next()
  }
  const secure = url?.startsWith('https:') ?? false
  return [
    nonce as RequestHandler,
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'", (_, response) => `'nonce-${(response as ConsoleResponse).locals.nonce}'`],
          styleSrc: ["'self'"],
          imgSrc: ["'self'"],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          manifestSrc: ["'self'"],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
          // Signing out goes on to the issuer.
          formAction: ["'self'", ...(issuer ? [issuer.issuer.origin] : [])],
          ...(secure ? { upgradeInsecureRequests: [] } : {}),
        },
      },
      strictTransportSecurity: secure,
      referrerPolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'deny' },
    }),
    noStore as RequestHandler,
  ]
}

/** What a page says is for whoever asked for it. */
const noStore = (request: ConsoleRequest, response: ConsoleResponse, next: NextFunction): void => {
  if (!request.path.startsWith('/assets/')) response.setHeader('cache-control', 'no-store')
  next()
}

/** The session, in a signed cookie that scripts cannot read. */
export const sessions = ({ sessionKeys, url }: ConsoleSettings): RequestHandler =>
  cookieSession({
    name: 'hwpv-console',
    keys: [...(sessionKeys ?? [randomBytes(32).toString('hex')])],
    httpOnly: true,
    sameSite: 'lax',
    secure: url?.startsWith('https:') ?? false,
    maxAge: sessionMs,
  })

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/

/** Names of elsewhere may be made to lead to this machine: a page of theirs must not find a console behind them. */
export const onlyLoopback = (
  request: ConsoleRequest,
  response: ConsoleResponse,
  next: NextFunction,
): void => {
  if (loopback.test(request.headers.host ?? '')) return next()
  response.status(421).type('text/plain').send('without an issuer this is for the machine itself')
}
