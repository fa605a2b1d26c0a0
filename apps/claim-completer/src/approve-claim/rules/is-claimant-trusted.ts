import type { ApprovalRule } from './approval-rule.js'

/** Trust that was never recorded is no trust. */
export const isClaimantTrusted: ApprovalRule = {
  name: 'is-claimant-trusted',
  check: ({ eligibility }) =>
    eligibility.IsTrusted === true
      ? undefined
      : 'This claimant has been marked as untrusted by a case worker',
}
