import { z } from 'zod'
import type { Environment } from '../config/index.js'
import { calledAddress, isLoopbackAllowed } from '../http/index.js'
import { OperationFailed } from './operation-failed.js'

interface Kind {
  /** Machines of private networks may be called. */
  readonly privateNetworks: boolean
}

/** An address that we are to call. What it must be is said where it is not; what it is has perhaps a password in it. */
export const addressInput = (kind: Kind, mostCharacters: number) =>
  z
    .string()
    .max(mostCharacters, `must have at most ${mostCharacters} characters`)
    .superRefine((text, context) => {
      // Of this machine: where it is used somebody knows whether that may be.
      const called = calledAddress(text, { ...kind, loopback: true })
      if ('mustBe' in called) context.addIssue({ code: 'custom', message: called.mustBe })
    })

/**
 * @param part where it is in what was given
 * @throws OperationFailed where it would be refused when it is called
 */
export function mustBeCallable<Part extends string>(
  given: { readonly [Name in Part]?: string | undefined },
  part: Part,
  kind: Kind,
  env: Environment,
): void {
  const address = given[part]
  if (address === undefined) return
  const called = calledAddress(address, { ...kind, loopback: isLoopbackAllowed(env) })
  if ('mustBe' in called) throw new OperationFailed(`the address ${called.mustBe}`, part)
}
