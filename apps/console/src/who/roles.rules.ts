import type { ActionRole } from '#shared/operations'
import type { RoleNames } from '../console.settings.js'

/** `viewer` looks; the others look too, and each does what is its own. */
export type Role = 'viewer' | ActionRole

/** What an issuer says of somebody. */
export type Claims = Readonly<Record<string, unknown>>

/** The roles somebody has here; none where the issuer gives them none of ours. */
export function rolesOf(claims: Claims, names: RoleNames): readonly Role[] {
  const given = new Set(textsIn(claimAt(claims, names.claim)))
  return (['viewer', 'operator', 'finance'] as const).filter((role) => given.has(names[role]))
}

/** Whether the claim is there at all, whatever it says. */
export const saysRoles = (claims: Claims, names: RoleNames): boolean =>
  claimAt(claims, names.claim) !== undefined

/** What somebody is called: a name to sign in with where the issuer tells one, else its own for them. */
export function nameOf(claims: Claims): string {
  const names = [claims.preferred_username, claims.user_name, claims.client_id, claims.sub]
  return names.find((name): name is string => typeof name === 'string' && name !== '') ?? 'unknown'
}

function claimAt(claims: Claims, path: string): unknown {
  // A claim's own name may have dots, as those that are URLs do.
  if (Object.hasOwn(claims, path)) return claims[path]
  return path
    .split('.')
    .reduce<unknown>(
      (found, name) =>
        typeof found === 'object' && found !== null && Object.hasOwn(found, name)
          ? (found as Claims)[name]
          : undefined,
      claims,
    )
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.split(/[\s,]+/)
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : []
}
