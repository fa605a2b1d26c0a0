import { TaskOperations, type TaskFilter, type TaskOutcome, type TaskRow } from '#shared/operations'
import { OpsFailure, type OpsContext, type Run } from '../command.js'
import { tableLines } from '../table.js'
import { Tally } from '../tally.js'
import { taskArguments } from '../tasks/tasks.arguments.js'
import { toSeconds } from '../times.js'

/** Rows that are told one by one; of more, how many of each. */
const toldOneByOne = 20
const inJson = 1_000

/** Task rows, the failed ones above all: looked at, and run again. Their data is not read. */
export const tasks: Run = async (args, context) => {
  const given = taskArguments(args)
  if (given.action === 'list')
    await context.looking((parts) => list(parts.get(TaskOperations), given, context))
  else await context.operating((parts) => retry(parts.get(TaskOperations), given, context))
}

async function list(
  operations: TaskOperations,
  given: { filter: TaskFilter; status: string; limit: number; json: boolean },
  { print }: OpsContext,
): Promise<void> {
  const { rows, total } = await operations.list(given.status, given.filter, given.limit)
  if (given.json) return print(JSON.stringify({ status: given.status, total, rows }))
  if (!total) return print(`no task is ${given.status}`)
  tableLines(
    ['TASK', 'NAME', 'REFERENCE', 'CLAIM', 'CREATED', 'PROCESSED', 'RUN', 'LAST REASON'],
    rows.map((row) => [
      ...[nameOf(row), row.task, row.reference, row.claimId, toSeconds(row.created)],
      ...[row.processed && toSeconds(row.processed), row.lastRun?.run, row.lastRun?.reason],
    ]),
  ).forEach(print)
  if (total > rows.length) print(`${rows.length} of ${total}: --limit shows more`)
}

async function retry(
  operations: TaskOperations,
  { filter, dryRun, json }: { filter: TaskFilter; dryRun: boolean; json: boolean },
  { print }: OpsContext,
): Promise<void> {
  const tally = new Tally<TaskOutcome, { row: TaskRow; outcome: TaskOutcome }>(inJson)
  for await (const page of operations.retry(filter, dryRun))
    for (const result of page) tally.add(result.outcome, result)
  if (!tally.total) throw new OpsFailure('no failed task is meant by that')
  if (json) {
    const rows = tally.items.map(({ row, outcome }) => ({ ...row, outcome }))
    print(JSON.stringify({ dryRun, outcomes: tally.byOutcome(), rows, cut: tally.cut }))
  } else {
    if (tally.total <= toldOneByOne)
      for (const { row, outcome } of tally.items) print(`${nameOf(row)} (${row.task}): ${outcome}`)
    const counts = Object.entries(tally.byOutcome()).map(([name, count]) => `${count} ${name}`)
    print(`${dryRun ? 'would be: ' : ''}${counts.join(', ')}`)
    if (!dryRun && tally.of('retried')) {
      print('their dead letters are still there: `dead-letters retry` drops those that are done')
    }
  }
  const unpublished = tally.of('not-published')
  if (unpublished) throw new OpsFailure(`${unpublished} could not be published now: the relay will`)
}

const nameOf = ({ schema, taskId }: TaskRow): string => `${schema}.Task.${taskId}`
