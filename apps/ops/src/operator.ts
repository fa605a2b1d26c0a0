import { userInfo } from 'node:os'
import type { Environment } from '#shared/config'
import type { Actor } from '#shared/operations'

/** Whoever gives the command: as `OPERATOR` says, where several people share a machine's user; else that user. */
export const operatorOf = (env: Environment): Actor => ({
  person: env.OPERATOR?.trim() || userOfMachine(),
  via: 'command-line',
})

function userOfMachine(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run as a user that has no name.
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}
