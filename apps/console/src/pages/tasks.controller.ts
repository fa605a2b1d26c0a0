import { Controller, Get, Query, Req, Res } from '@nestjs/common'
import { taskStatus } from '#shared/contracts'
import { FailedTasks, type TaskFilter, type TaskRow } from '#shared/operations'
import { said, type Query as Said } from '../http/query.js'
import type { ConsoleRequest, ConsoleResponse } from '../http/request.js'
import { Views } from '../views.js'
import { journeyCell } from './journey-cell.js'
import type { Cell } from './table.js'

const shown = 50

/** Task rows that failed, of both tables: the newest of them, and a way to run them again. */
@Controller('tasks')
export class TasksController {
  constructor(
    private readonly tasks: FailedTasks,
    private readonly views: Views,
  ) {}

  @Get()
  async list(
    @Query() query: Said,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const filter = filterIn(query)
    const { rows, total } = await this.tasks.list(taskStatus.failed, filter, shown)
    const data = {
      ...{ total, filter, shown: rows.length, isFiltered: Object.keys(filter).length > 0 },
      ...{ isClosed: filter.closed === true, input: inputOf(filter) },
      headings: filter.closed ? closedHeadings : headings,
      rows: rows.map(filter.closed ? closedRowOf : rowOf),
    }
    return this.views.render('tasks.njk', data, { request, response })
  }
}

const headings = ['Task', 'Name', 'Reference', 'Claim', 'Processed', 'Last reason', 'What to do']
const closedHeadings = ['Task', 'Name', 'Reference', 'Last reason', 'Closed', 'By', 'Why']

/** What running all of them again, or closing them, is about. */
const inputOf = ({ closed: _, ...filter }: TaskFilter): TaskFilter => filter

const nameOf = ({ schema, taskId }: TaskRow): string => `${schema}.Task.${taskId}`

function rowOf(row: TaskRow): Cell[] {
  const { schema, taskId, task, reference, claimId, processed, lastRun } = row
  const input = encodeURIComponent(JSON.stringify({ schema, id: taskId }))
  const name = nameOf(row)
  return [
    ...[journeyCell(name), task, journeyCell(reference), claimId],
    ...[processed?.slice(0, 19) ?? '', lastRun?.reason ?? ''],
    {
      links: [
        { text: 'Retry', href: `/do/retry-tasks?input=${input}`, label: `Retry ${name}` },
        { text: 'Close', href: `/do/close-tasks?input=${input}`, label: `Close ${name}` },
      ],
    },
  ]
}

const closedRowOf = (row: TaskRow): Cell[] => [
  ...[journeyCell(nameOf(row)), row.task, journeyCell(row.reference), row.lastRun?.reason ?? ''],
  ...[row.closed?.at.slice(0, 19) ?? '', row.closed?.person ?? '', row.closed?.reason ?? ''],
]

/** @throws Refusal where it is not understood */
function filterIn(query: Said): TaskFilter {
  const schema = said(query, 'schema', isSchema)
  const [task, reference] = [said(query, 'task'), said(query, 'reference')]
  const closed = said(query, 'closed', (text) => text === 'yes')
  return {
    ...(schema !== undefined && isSchema(schema) ? { schema } : {}),
    ...(task === undefined ? {} : { task }),
    ...(reference === undefined ? {} : { reference }),
    ...(closed === undefined ? {} : { closed: true }),
  }
}

const isSchema = (text: string): text is NonNullable<TaskFilter['schema']> =>
  text === 'ExtSchema' || text === 'IntSchema'
