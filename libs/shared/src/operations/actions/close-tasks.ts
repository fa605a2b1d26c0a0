import { bulkAction } from './bulk-action.js'
import { noTaskMeant, taskFilter, tasksMeant, tasksOfNow } from './task-filter.js'

/** Has failed Task rows count no more, because somebody has dealt with them otherwise. They stay as they are. */
export const closeTasks = bulkAction({
  title: 'close failed tasks',
  role: 'operator',
  needsReason: true,
  input: taskFilter,
  bounded: tasksOfNow,
  target: tasksMeant,
  async *pages(filter, { tasks }, { dryRun, person = '', reason = '' }) {
    let closed = 0
    for await (const count of tasks.close(filter, dryRun ? undefined : { person, reason })) {
      closed += count
      yield { closed }
    }
  },
  nothing: { is: ({ closed }) => !closed, says: noTaskMeant },
  words: ({ closed }) => `closed: ${closed}`,
})
