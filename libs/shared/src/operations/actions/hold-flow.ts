import { z } from 'zod'
import { rowId } from '../../contracts/index.js'
import { changeFlow } from '../flows/index.js'
import { action } from './action.js'

/** Holds a flow: of its items none is begun any more until it is resumed. */
export const holdFlow = action({
  title: 'hold large work',
  role: 'operator',
  input: z.strictObject({ flow: rowId }),
  target: ({ flow }) => `flow ${flow}`,
  run: ({ flow }, { connection, clock }, { dryRun, reason }) =>
    changeFlow(connection, 'hold', flow, {
      now: clock.now(),
      dryRun,
      ...(reason === undefined ? {} : { reason }),
    }),
  words: ({ flow, kind }) => `held: flow ${flow}, ${kind}`,
})
