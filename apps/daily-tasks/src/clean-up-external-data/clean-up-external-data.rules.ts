import type { EligibilityRef } from '#shared/claims'
import type { ClaimRef } from '#shared/unit-of-work'

/** A document's row, as far as its deletion goes. */
export interface OldDocument extends EligibilityRef {
  readonly documentId: number
  /** Null: it belongs to the eligibility. */
  readonly claimId: number | null
  /** Null or empty: there is no file. */
  readonly path: string | null
}

/** What a page's eligibilities have in the external schema now. */
export interface Belongings {
  readonly claims: readonly ClaimRef[]
  readonly documents: readonly OldDocument[]
  readonly handOvers: readonly HandOver[]
}

/** A task that has not ended yet. */
export interface HandOver {
  readonly eligibilityId: number | null
  readonly claimId: number | null
}

/** What is to be deleted of a page. */
export interface Going {
  readonly eligibilities: readonly EligibilityRef[]
  readonly claims: readonly ClaimRef[]
  readonly documents: readonly OldDocument[]
}

/** Whether a task that has not ended is about a claim, or about its eligibility: it is left for the next day. */
export const isHandedOver = (
  { eligibilityId, claimId }: Pick<OldDocument, 'eligibilityId' | 'claimId'>,
  handOvers: readonly HandOver[],
): boolean =>
  handOvers.some(
    (task) => task.eligibilityId === eligibilityId || (claimId !== null && task.claimId === claimId),
  )

/**
 * What goes of eligibilities, where these of their claims are due: an eligibility only with the last of its claims,
 * and every document with what it belongs to.
 */
export function whatGoes(
  eligibilities: readonly EligibilityRef[],
  isDue: (claim: ClaimRef) => boolean,
  { claims, documents, handOvers }: Belongings,
): Going {
  const goingClaims = claims.filter((claim) => isDue(claim) && !isHandedOver(claim, handOvers))
  const claimIds = new Set(goingClaims.map(({ claimId }) => claimId))
  const kept = new Set(
    claims.filter(({ claimId }) => !claimIds.has(claimId)).map(({ eligibilityId }) => eligibilityId),
  )
  const goingEligibilities = eligibilities.filter(
    (each) => !kept.has(each.eligibilityId) && !isHandedOver({ ...each, claimId: null }, handOvers),
  )
  const eligibilityIds = new Set(goingEligibilities.map(({ eligibilityId }) => eligibilityId))
  return {
    eligibilities: goingEligibilities,
    claims: goingClaims,
    documents: documents.filter(({ eligibilityId, claimId }) =>
      claimId === null ? eligibilityIds.has(eligibilityId) : claimIds.has(claimId),
    ),
  }
}
