import { z } from 'zod'
import { changeTarget } from '../targets/change-target.js'
import { action } from './action.js'
import { targetName } from './target-name.js'

/** Lets a target go on that is held, and has it told of what it has not confirmed. */
export const resumeTarget = action({
  title: 'let a target go on',
  role: 'operator',
  input: z.strictObject({ target: targetName }),
  target: ({ target }) => target,
  run: ({ target }, { connection, clock }, { dryRun, reason }) =>
    changeTarget(connection, 'resume', target, {
      now: clock.now(),
      dryRun,
      ...(reason === undefined ? {} : { reason }),
    }),
  words: ({ target }) => `goes on: ${target}`,
})
