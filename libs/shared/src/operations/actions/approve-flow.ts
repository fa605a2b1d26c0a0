import { z } from 'zod'
import { rowId } from '../../contracts/index.js'
import { changeFlow } from '../flows/index.js'
import { action } from './action.js'

/** Lets a step remove as much as it wants to: more than a tenth of what there is. */
export const approveFlow = action({
  title: 'approve large work',
  role: 'operator',
  needsReason: true,
  input: z.strictObject({ flow: rowId }),
  target: ({ flow }) => `flow ${flow}`,
  run: ({ flow }, { connection, clock }, { dryRun, reason }) =>
    changeFlow(connection, 'approve', flow, {
      now: clock.now(),
      dryRun,
      ...(reason === undefined ? {} : { reason }),
    }),
  words: ({ flow, kind }) => `approved: flow ${flow}, ${kind}`,
})
