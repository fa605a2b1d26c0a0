import type { Compilable, CompiledQuery } from 'kysely'
import type { ClaimRef } from '#shared/unit-of-work'
import type { SqlDialect } from '#shared/database'

const ids = {
  reference: Symbol('reference'),
  eligibilityId: Symbol('eligibilityId'),
  claimId: Symbol('claimId'),
}
/** Stands for the claim in a query that is built for all of them. */
export const anyClaim = ids as unknown as ClaimRef

const builtFor = new WeakMap<SqlDialect, Map<string, CompiledQuery>>()

/** A query that is asked of every claim, built once for each dialect: building it takes longer than asking. */
export function builtQuery<Row>(
  dialect: SqlDialect,
  about: string,
  build: () => Compilable<Row>,
): CompiledQuery<Row> {
  const built = builtFor.get(dialect) ?? new Map<string, CompiledQuery>()
  builtFor.set(dialect, built)
  const query = built.get(about) ?? build().compile()
  built.set(about, query)
  return query
}

/** A query built for any claim, for one. */
export const ofClaim = <Row>(query: CompiledQuery<Row>, claim: ClaimRef): CompiledQuery<Row> =>
  withValues(
    query,
    query.parameters.map((value) => {
      if (value === ids.reference) return claim.reference
      if (value === ids.eligibilityId) return claim.eligibilityId
      return value === ids.claimId ? claim.claimId : value
    }),
  )

/** A query with other values in the places of those it was built with. */
export const withValues = <Row>(
  query: CompiledQuery<Row>,
  parameters: readonly unknown[],
): CompiledQuery<Row> => ({ ...query, parameters })
