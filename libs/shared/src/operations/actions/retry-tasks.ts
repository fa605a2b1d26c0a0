import type { TaskOutcome, TaskResult } from '../tasks/task-operations.js'
import { bulkAction } from './bulk-action.js'
import { noTaskMeant, taskFilter, tasksMeant, tasksOfNow } from './task-filter.js'
import { Tally, tallyWords } from './tally.js'

/** How many rows an answer names. */
const named = 1_000

/** Lets failed Task rows run again: the same run, so that nothing is done or sent twice. */
export const retryTasks = bulkAction({
  title: 'retry failed tasks',
  role: 'operator',
  input: taskFilter,
  bounded: tasksOfNow,
  target: tasksMeant,
  async *pages(filter, { tasks }, { dryRun }) {
    const tally = new Tally<TaskOutcome, TaskResult>(named)
    for await (const page of tasks.retry(filter, dryRun)) {
      for (const result of page) tally.add(result.outcome, result)
      yield { total: tally.total, outcomes: tally.byOutcome(), tasks: tally.items, cut: tally.cut }
    }
  },
  nothing: { is: ({ total }) => !total, says: noTaskMeant },
  words: ({ outcomes }) => tallyWords(outcomes),
})
