import { z } from 'zod'
import { changeTarget } from '../targets/change-target.js'
import { action } from './action.js'
import { targetName } from './target-name.js'

/** Has nothing more said to a target until it is let go on. What it is to know is written down meanwhile. */
export const holdTarget = action({
  title: 'hold a target',
  role: 'operator',
  input: z.strictObject({ target: targetName }),
  target: ({ target }) => target,
  run: ({ target }, { connection, clock }, { dryRun, reason }) =>
    changeTarget(connection, 'hold', target, {
      now: clock.now(),
      dryRun,
      ...(reason === undefined ? {} : { reason }),
    }),
  words: ({ target }) => `held: ${target}`,
})
