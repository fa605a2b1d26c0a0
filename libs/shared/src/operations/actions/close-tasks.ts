import { OperationFailed } from '../operation-failed.js'
import { action } from './action.js'
import { taskFilter, tasksMeant, tasksOfNow } from './task-filter.js'

/** Has failed Task rows count no more, because somebody has dealt with them otherwise. They stay as they are. */
export const closeTasks = action({
  title: 'close failed tasks',
  role: 'operator',
  needsReason: true,
  input: taskFilter,
  bounded: tasksOfNow,
  target: tasksMeant,
  async run(filter, { tasks }, { dryRun, person = '', reason = '' }) {
    let closed = 0
    for await (const count of tasks.close(filter, dryRun ? undefined : { person, reason })) closed += count
    if (!closed) throw new OperationFailed('no failed task is meant by that')
    return { closed }
  },
  words: ({ closed }) => `closed: ${closed}`,
})
