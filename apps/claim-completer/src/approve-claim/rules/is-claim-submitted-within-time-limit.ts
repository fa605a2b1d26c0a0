import type { ApprovalRule } from './approval-rule.js'

/** Never fails: kept so that configurations that list it by name go on meaning something. */
export const isClaimSubmittedWithinTimeLimit: ApprovalRule = {
  name: 'is-claim-submitted-within-time-limit',
  check: () => undefined,
}
