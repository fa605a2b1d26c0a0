import { z } from 'zod'
import { rowId } from '../../contracts/index.js'
import { changeFlow } from '../flows/index.js'
import { action } from './action.js'

/** Calls off a flow: what is done stays done, what is under way comes to its end, nothing more is begun. */
export const cancelFlow = action({
  title: 'call off large work',
  role: 'operator',
  needsReason: true,
  input: z.strictObject({ flow: rowId }),
  target: ({ flow }) => `flow ${flow}`,
  run: ({ flow }, { connection, clock }, { dryRun, reason }) =>
    changeFlow(connection, 'cancel', flow, {
      now: clock.now(),
      dryRun,
      ...(reason === undefined ? {} : { reason }),
    }),
  words: ({ flow, kind }) => `called off: flow ${flow}, ${kind}`,
})
