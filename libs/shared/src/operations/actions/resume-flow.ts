import { z } from 'zod'
import { rowId } from '../../contracts/index.js'
import { changeFlow } from '../flows/index.js'
import { action } from './action.js'

/** Lets a flow go on that is held: what has waited is published, and what failed before does not count. */
export const resumeFlow = action({
  title: 'let large work go on',
  role: 'operator',
  input: z.strictObject({ flow: rowId }),
  target: ({ flow }) => `flow ${flow}`,
  run: ({ flow }, { connection, clock }, { dryRun, reason }) =>
    changeFlow(connection, 'resume', flow, {
      now: clock.now(),
      dryRun,
      ...(reason === undefined ? {} : { reason }),
    }),
  words: ({ flow, kind }) => `goes on: flow ${flow}, ${kind}`,
})
