import { z } from 'zod'
import { changeTarget } from '../targets/change-target.js'
import { action } from './action.js'
import { targetName } from './target-name.js'

/** Has a target told of all that it has not confirmed, what had failed among it. */
export const fillTarget = action({
  title: 'tell a target again',
  role: 'operator',
  input: z.strictObject({ target: targetName }),
  target: ({ target }) => target,
  run: ({ target }, { connection, clock }, { dryRun, reason }) =>
    changeTarget(connection, 'fill', target, {
      now: clock.now(),
      dryRun,
      ...(reason === undefined ? {} : { reason }),
    }),
  words: ({ target }) => `is told of all that it has not confirmed: ${target}`,
})
