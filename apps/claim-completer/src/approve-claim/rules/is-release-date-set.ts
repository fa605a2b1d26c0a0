import type { ApprovalRule } from './approval-rule.js'

export const isReleaseDateSet: ApprovalRule = {
  name: 'is-release-date-set',
  check: ({ prisoner }) =>
    prisoner.ReleaseDateIsSet === true
      ? undefined
      : 'Auto-Approval is disabled for prisoners with pending release dates',
}
