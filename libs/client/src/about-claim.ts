import { checkedAddress } from './checks.js'
import { newClaimTask, type ClaimIds, type Task, type TaskName } from './task.js'

/** A claim, and the address of an email about it. */
export interface ClaimEmail extends ClaimIds {
  readonly emailAddress: string
}

/** A task that carries the ids of a claim and nothing else. */
export const aboutClaim = (name: TaskName, claim: ClaimIds): Task => newClaimTask(name, claim, () => null)

/** A task that carries the ids of a claim, and the address of an email about it. */
export const emailAboutClaim = (name: TaskName, claim: ClaimEmail): Task =>
  newClaimTask(name, claim, ({ emailAddress }) => checkedAddress('emailAddress', emailAddress))
