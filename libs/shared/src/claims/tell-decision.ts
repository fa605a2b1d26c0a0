import {
  events,
  isTaskName,
  messageOf,
  taskKey,
  taskSubjects,
  type messages,
  type TaskIdentity,
} from '../contracts/index.js'
import type { ClaimRef, ToldEvent, Work } from '../unit-of-work/index.js'

/** The emails whose Task row is written with a decision. */
export type OfDecision =
  | typeof messages.notifyClaimAccepted
  | typeof messages.notifyClaimRejected
  | typeof messages.notifyInformationRequested
  | typeof messages.notifyBenefitCheckFailed

/**
 * What other systems are told of the decision that a Task row was written with; undefined where there was none. Its key is the
 * row's own: whoever writes the row and whoever takes it up, the first time or once more, tell the same, and that counts once.
 */
export function decisionOf(row: TaskIdentity): ToldEvent | undefined {
  const name = row.Task.trim().toUpperCase()
  const message = isTaskName(name) ? messageOf[taskSubjects[name]] : undefined
  const { Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId } = row
  if (!message || !('decision' in message) || !reference || !eligibilityId || !claimId) return undefined
  const { decision } = message
  const data = { reference, eligibilityId, claimId, decision }
  return { event: events.claimDecided, key: `task.${taskKey(row)}`, data, reference }
}

/** The email about a decision, and what other systems are told of it. */
export function followUpDecision<Some extends OfDecision>(
  work: Work<Some | typeof messages.webhookEventsDue>,
  message: Some,
  claim: ClaimRef,
  email: string | undefined,
): void {
  const row = work.followUp(message.task.name, claim, email)
  const told = decisionOf(row)
  if (told) work.tellOnce(told)
}
