import { Controller, Get, Query, Req, Res } from '@nestjs/common'
import { taskStatus } from '#shared/contracts'
import { FailedTasks, type TaskFilter, type TaskRow } from '#shared/operations'
import type { ConsoleRequest, ConsoleResponse } from '../http/request.js'
import { Views } from '../views.js'
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
    @Query() query: Readonly<Record<string, unknown>>,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const filter = filterIn(query)
    const { rows, total } = await this.tasks.list(taskStatus.failed, filter, shown)
    const data = {
      ...{ total, filter, shown: rows.length, isFiltered: Object.keys(filter).length > 0 },
      headings: ['Task', 'Name', 'Reference', 'Claim', 'Processed', 'Last reason', 'Run again'],
      rows: rows.map(rowOf),
    }
    return this.views.render('tasks.njk', data, { request, response })
  }
}

function rowOf({ schema, taskId, task, reference, claimId, processed, lastRun }: TaskRow): Cell[] {
  const input = JSON.stringify({ schema, id: taskId })
  return [
    `${schema}.Task.${taskId}`,
    task,
    reference === null ? '' : { text: reference, href: `/journey/${encodeURIComponent(reference)}` },
    claimId,
    processed?.slice(0, 19) ?? '',
    lastRun?.reason ?? '',
    {
      text: 'Retry',
      href: `/do/retry-tasks?input=${encodeURIComponent(input)}`,
      label: `Retry ${schema}.Task.${taskId}`,
    },
  ]
}

function filterIn({ schema, task, reference }: Readonly<Record<string, unknown>>): TaskFilter {
  return {
    ...(schema === 'ExtSchema' || schema === 'IntSchema' ? { schema } : {}),
    ...(typeof task === 'string' && task ? { task } : {}),
    ...(typeof reference === 'string' && reference ? { reference } : {}),
  }
}
