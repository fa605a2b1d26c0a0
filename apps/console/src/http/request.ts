import type { Request, Response } from 'express'
import { OwnError } from '#shared/logging'
import type { SignIn } from '../who/identity-provider.js'
import type { Operator } from '../who/operator.js'
import type { Role } from '../who/roles.rules.js'

/** What the signed cookie holds. */
export interface Session {
  name?: string
  roles?: readonly Role[]
  formToken?: string
  /** When it ends, in milliseconds since 1970. */
  until?: number
  /** A sign-in that has begun, and where the browser wanted to go. */
  signIn?: SignIn & { readonly to: string }
}

export interface ConsoleRequest extends Request {
  session: Session | null
  /** Undefined before somebody is known, as on the way to sign in. */
  operator?: Operator
}

export interface ConsoleResponse extends Response {
  locals: { nonce: string }
}

/** What was asked for cannot be answered, in words for whoever asked. */
export class Refusal extends OwnError {
  override readonly name = 'Refusal'

  constructor(
    readonly status: number,
    words: string,
  ) {
    super(words)
  }
}

/** @throws Refusal where nobody is known */
export function operatorIn({ operator }: ConsoleRequest): Operator {
  if (!operator) throw new Refusal(401, 'nobody is signed in')
  return operator
}
