import { events, type messages } from '../contracts/index.js'
import type { ClaimRef, Work } from '../unit-of-work/index.js'

/** Tells other systems what was decided of a claim, with the decision. */
export function tellDecision(
  work: Work<typeof messages.webhookEventsDue>,
  { reference, eligibilityId, claimId }: ClaimRef,
  decision: 'approved' | 'rejected',
): void {
  const data = { reference, eligibilityId, claimId, decision }
  work.tell(events.claimDecided, claimId, data, reference)
}
