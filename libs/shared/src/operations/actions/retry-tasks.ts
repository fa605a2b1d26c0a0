import { z } from 'zod'
import { OperationFailed } from '../operation-failed.js'
import type { TaskOutcome, TaskResult } from '../tasks/task-operations.js'
import { action } from './action.js'
import { Tally, tallyWords } from './tally.js'

/** How many rows an answer names. */
const named = 1_000
const age = z.int().min(0)

/** Which Task rows are meant; all that is given must hold. */
export const taskFilter = z.strictObject({
  schema: z.enum(['ExtSchema', 'IntSchema']).exactOptional(),
  id: z.int().min(1).exactOptional(),
  task: z.string().min(1).max(100).exactOptional(),
  reference: z.string().min(1).max(10).exactOptional(),
  olderThan: age.exactOptional(),
  newerThan: age.exactOptional(),
})

/** Lets failed Task rows run again: the same run, so that nothing is done or sent twice. */
export const retryTasks = action({
  title: 'retry failed tasks',
  role: 'operator',
  input: taskFilter,
  target(filter) {
    const parts = Object.entries(filter).map(([name, value]) => `${name} ${value}`)
    return parts.length ? `failed tasks of ${parts.join(', ')}` : 'all failed tasks'
  },
  async run(filter, { tasks }, { dryRun }) {
    const tally = new Tally<TaskOutcome, TaskResult>(named)
    for await (const page of tasks.retry(filter, dryRun))
      for (const result of page) tally.add(result.outcome, result)
    if (!tally.total) throw new OperationFailed('no failed task is meant by that')
    return { total: tally.total, outcomes: tally.byOutcome(), tasks: tally.items, cut: tally.cut }
  },
  words: ({ outcomes }) => tallyWords(outcomes),
})
