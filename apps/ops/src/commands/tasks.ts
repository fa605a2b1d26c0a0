import type { INestApplicationContext } from '@nestjs/common'
import { FailedTasks, tallyWords, type InputOf, type TaskFilter, type TaskRow } from '#shared/operations'
import { change, type ChangeGiven } from '../change.js'
import type { OpsContext, Run } from '../command.js'
import { OpsFailure } from '../failures.js'
import { tableLines } from '../table.js'
import { taskArguments } from '../tasks/tasks.arguments.js'
import { toSeconds } from '../times.js'

/** Rows that are told one by one; of more, how many of each. */
const toldOneByOne = 20

/** Task rows, the failed ones above all: looked at, run again, closed, and called off while they wait. Their data is not read. */
export const tasks: Run = async (args, context) => {
  const given = taskArguments(args)
  if (given.action === 'list') await context.looking((parts) => list(parts.get(FailedTasks), given, context))
  else if (given.action === 'close') await context.looking((parts) => close(parts, given, context))
  else if (given.action === 'cancel') await context.looking((parts) => cancel(parts, given, context))
  else await context.operating((parts) => retry(parts, given, context))
}

async function list(
  operations: FailedTasks,
  given: { filter: TaskFilter; status: string; limit: number; json: boolean },
  { print }: OpsContext,
): Promise<void> {
  const { rows, total } = await operations.list(given.status, given.filter, given.limit)
  if (given.json) return print(JSON.stringify({ status: given.status, total, rows }))
  if (!total) return print(`no task is ${given.status}`)
  if (given.filter.closed) return closedLines(rows).forEach(print)
  tableLines(
    ['TASK', 'NAME', 'REFERENCE', 'CLAIM', 'CREATED', 'PROCESSED', 'RUN', 'LAST REASON'],
    rows.map((row) => [
      ...[nameOf(row), row.task, row.reference, row.claimId, toSeconds(row.created)],
      ...[row.processed && toSeconds(row.processed), row.lastRun?.run, row.lastRun?.reason],
    ]),
  ).forEach(print)
  if (total > rows.length) print(`${rows.length} of ${total}: --limit shows more`)
}

const closedLines = (rows: readonly TaskRow[]): string[] =>
  tableLines(
    ['TASK', 'NAME', 'REFERENCE', 'CLOSED', 'BY', 'WHY'],
    rows.map((row) => [
      ...[nameOf(row), row.task, row.reference, row.closed && toSeconds(row.closed.at)],
      ...[row.closed?.person, row.closed?.reason],
    ]),
  )

async function retry(
  parts: INestApplicationContext,
  { filter, given, json }: { filter: TaskFilter; given: ChangeGiven; json: boolean },
  context: OpsContext,
): Promise<void> {
  const { print } = context
  const { result } = await change(context, parts, { name: 'retry-tasks', input: filter, given })
  const { total, outcomes, tasks: rows, cut } = result
  const { dryRun } = given
  if (json) {
    const flat = rows.map(({ row, outcome }) => ({ ...row, outcome }))
    print(JSON.stringify({ dryRun, outcomes, rows: flat, cut }))
  } else {
    if (total <= toldOneByOne)
      for (const { row, outcome } of rows) print(`${nameOf(row)} (${row.task}): ${outcome}`)
    print(`${dryRun ? 'would be: ' : ''}${tallyWords(outcomes)}`)
    if (!dryRun && outcomes.retried) {
      print('their dead letters are still there: `dead-letters retry` drops those that are done')
    }
  }
  const unpublished = outcomes['not-published']
  if (unpublished) throw new OpsFailure(`${unpublished} could not be published now: the relay will`)
}

async function close(
  parts: INestApplicationContext,
  { filter, given, json }: { filter: TaskFilter; given: ChangeGiven; json: boolean },
  context: OpsContext,
): Promise<void> {
  const { result, words } = await change(context, parts, { name: 'close-tasks', input: filter, given })
  context.print(json ? JSON.stringify({ dryRun: given.dryRun, ...result }) : words)
}

async function cancel(
  parts: INestApplicationContext,
  { task, given, json }: { task: InputOf<'cancel-task'>; given: ChangeGiven; json: boolean },
  context: OpsContext,
): Promise<void> {
  const { result, words } = await change(context, parts, { name: 'cancel-task', input: task, given })
  context.print(json ? JSON.stringify({ dryRun: given.dryRun, ...result }) : words)
}

const nameOf = ({ schema, taskId }: TaskRow): string => `${schema}.Task.${taskId}`
