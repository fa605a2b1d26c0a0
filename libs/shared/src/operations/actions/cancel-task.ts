import { z } from 'zod'
import { rowId } from '../../contracts/index.js'
import { cancelTask as cancel } from '../tasks/cancel-task.js'
import { action } from './action.js'

/** Calls off a task that waits for its moment. */
export const cancelTask = action({
  title: 'call off a task that waits',
  role: 'operator',
  input: z.strictObject({ schema: z.enum(['ExtSchema', 'IntSchema']), taskId: rowId }),
  target: ({ schema, taskId }) => `${schema}.Task.${taskId}`,
  run: async (task, { connection, clock }, { dryRun }) => {
    await cancel(connection, task, { now: clock.now(), dryRun })
    return task
  },
  words: ({ schema, taskId }) => `called off, and complete: ${schema}.Task.${taskId}`,
})
