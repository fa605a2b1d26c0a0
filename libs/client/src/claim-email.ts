import { checkedAddress } from './checks.js'
import type { ClaimIds } from './task.js'

/** A claim, and the address of an email about it. */
export interface ClaimEmail extends ClaimIds {
  readonly emailAddress: string
}

/** @throws InvalidTaskError where nobody could be written to there */
export const addressOf = ({ emailAddress }: ClaimEmail): string =>
  checkedAddress('emailAddress', emailAddress)
