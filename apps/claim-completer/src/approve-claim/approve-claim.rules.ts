import { dayOf, type LocalTime, normalise, weekday } from '#shared/clock'
import { claimEvent, claimStatus, sameStatus } from '#shared/claims'
import { sameText } from '#shared/contracts'
import type { ApprovalCase } from './approval-case.js'
import type { ApprovalSettings } from './approval-settings.rules.js'
import { approvalRules } from './rules/index.js'

/** The row the decision leaves in `ClaimEvent`; the note may need cutting to its column. */
export interface ApprovalEvent {
  readonly event: (typeof claimEvent)['forcedManualCheck' | 'autoApprovalFailure']
  /** The visitor's email address: for the row only. */
  readonly additionalData: string
  readonly note: string
}

export interface FailedRule {
  /** The rule's name, fit for logs and metrics. */
  readonly rule: string
  /** For caseworkers. */
  readonly message: string
}

/** Automatic approval does not look at the claim at all. */
export interface NotConsidered {
  readonly kind: 'not-considered'
  readonly reason: 'auto-approval-disabled' | 'claim-type' | 'claim-status' | 'approved-before'
}

export type ApprovalDecision =
  | NotConsidered
  | ({ readonly kind: 'forced-manual-check' } & ApprovalEvent)
  | ({ readonly kind: 'failed'; readonly failures: readonly FailedRule[] } & ApprovalEvent)
  | { readonly kind: 'approve-now' }
  | { readonly kind: 'wait-for-daily-run' }

/** In the configuration's list of disabled rules this names the check of approvals in a row. */
const consecutiveApprovalsCheck = 'force-manual-check-after-number-of-auto-approvals'
const claimTypesForCaseworkers = ['first-time', 'repeat-new-eligibility']

/** What is to become of the claim: "Automatic approval" in the approval page. Changes nothing itself. */
export function decideApproval(approvalCase: ApprovalCase): ApprovalDecision {
  const { claim, settings, visitor, now } = approvalCase
  const notConsidered = whyNotConsidered(claim, settings)
  if (notConsidered) return notConsidered

  if (isTooManyInARow(approvalCase))
    return {
      kind: 'forced-manual-check',
      event: claimEvent.forcedManualCheck,
      additionalData: visitor.EmailAddress,
      note: 'Number of consecutive auto approvals exceeded limit',
    }

  const failures = failedRules(approvalCase)
  if (failures.length > 0)
    return {
      kind: 'failed',
      failures,
      event: claimEvent.autoApprovalFailure,
      additionalData: visitor.EmailAddress,
      note: failures.map(({ message }) => `* ${message}`).join('<br />'),
    }
  return { kind: isOfficeHours(now) ? 'approve-now' : 'wait-for-daily-run' }
}

/** What can be said before the rest of the case is read; undefined if the claim is considered. */
export function whyNotConsidered(
  claim: Pick<ApprovalCase['claim'], 'ClaimType' | 'Status' | 'DateApproved' | 'PaymentStatus'>,
  settings: ApprovalSettings,
): NotConsidered | undefined {
  if (!settings.autoApprovalEnabled) return { kind: 'not-considered', reason: 'auto-approval-disabled' }
  if (claimTypesForCaseworkers.some((type) => sameText(claim.ClaimType ?? '', type)))
    return { kind: 'not-considered', reason: 'claim-type' }
  if (!sameStatus(claim.Status, claimStatus.new)) return { kind: 'not-considered', reason: 'claim-status' }
  if (claim.DateApproved !== null || claim.PaymentStatus !== null)
    return { kind: 'not-considered', reason: 'approved-before' }
  return undefined
}

/** Monday to Friday from 10:00 up to, but not including, 17:00 in London. */
export function isOfficeHours(now: LocalTime): boolean {
  const timeOfDay = now.slice(11)
  return weekday(dayOf(now)) <= 5 && timeOfDay >= '10:00' && timeOfDay < '17:00'
}

function isTooManyInARow({ settings, otherClaimsOfReference }: ApprovalCase): boolean {
  const limit = settings.numberOfConsecutiveAutoApprovals
  if (limit <= 0 || settings.rulesDisabled.has(consecutiveApprovalsCheck)) return false
  const latest = otherClaimsOfReference
    .map(({ ClaimId, Status, DateSubmitted }) => ({
      ClaimId,
      Status,
      // A claim never submitted comes before all that were.
      submitted: DateSubmitted === null ? '' : normalise(DateSubmitted),
    }))
    .sort((a, b) =>
      a.submitted === b.submitted ? b.ClaimId - a.ClaimId : a.submitted < b.submitted ? 1 : -1,
    )
    .slice(0, limit)
  return latest.filter(({ Status }) => sameStatus(Status, claimStatus.autoApproved)).length >= limit
}

function failedRules(approvalCase: ApprovalCase): readonly FailedRule[] {
  return approvalRules.flatMap(({ name, check }) => {
    if (approvalCase.settings.rulesDisabled.has(name)) return []
    const message = check(approvalCase)
    return message === undefined ? [] : [{ rule: name, message }]
  })
}
