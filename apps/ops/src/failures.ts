import { OwnError } from '#shared/logging'

/** The command was not given as it should be: exit code 2. */
// oxlint-disable-next-line ours/own-errors -- it quotes what was typed, for who typed it: no words for a log
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command could not do its work; the message tells the operator why: exit code 1. */
export class OpsFailure extends OwnError {
  override readonly name = 'OpsFailure'
}
