import type { Actor } from '#shared/operations'
import type { Person } from './identity-provider.js'
import type { Role } from './roles.rules.js'

/** Whoever asks for a page, or asks the API. */
export interface Operator extends Person {
  readonly via: 'console' | 'api'
  /** What each of their forms must bring back; nobody else knows it. */
  readonly formToken: string
}

/** Without an issuer, whoever reaches the machine itself is this one. */
export const localRoles: readonly Role[] = ['viewer', 'operator', 'finance']

export const actorOf = ({ name, via }: Operator): Actor => ({ person: name, via })

export const may = ({ roles }: Pick<Operator, 'roles'>, role: Role): boolean => roles.includes(role)
