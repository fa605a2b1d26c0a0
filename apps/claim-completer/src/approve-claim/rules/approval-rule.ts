import type { ApprovalCase } from '../approval-case.js'

export interface ApprovalRule {
  /** As in the configuration's list of disabled rules. */
  readonly name: string
  /** Undefined when the claim passes, else what a caseworker is told. */
  readonly check: (approvalCase: ApprovalCase) => string | undefined
}

/**
 * A rule's message: its fixed sentence, a full stop, and what was compared. References, ids, numbers and dates
 * of the claim only: no names, nothing about a person.
 */
export function failure(
  sentence: string,
  details: Readonly<Record<string, string | number | boolean>>,
): string {
  const compared = Object.entries(details).map(([label, value]) => `${label}: ${value}`)
  return `${sentence}. ${compared.join(', ')}`
}
