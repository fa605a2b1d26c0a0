import { Controller, Get, Param, Req, Res } from '@nestjs/common'
import { Clock } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { failedItems, readFlows } from '#shared/operations'
import { Refusal, type ConsoleRequest, type ConsoleResponse } from '../http/request.js'
import { Views } from '../views.js'
import { failedRows, flowHeadings, flowRows, flowView, stepRows } from './flows.view.js'

const [shown, failedShown] = [50, 50]

/** Large work: how far each is, what failed of it, and what can be done about it. */
@Controller('flows')
export class FlowsController {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
    private readonly views: Views,
  ) {}

  @Get()
  async list(
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const flows = await readFlows(this.connection, this.clock.instant(), { limit: shown })
    const data = { headings: flowHeadings, rows: flowRows(flows) }
    return this.views.render('flows.njk', data, { request, response })
  }

  @Get(':number')
  async one(
    @Param('number') number: string,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const flow = /^[1-9]\d{0,8}$/.test(number) ? Number(number) : 0
    const [found] = await readFlows(this.connection, this.clock.instant(), { limit: 1, flow })
    if (!found) throw new Refusal(404, 'there is no such large work')
    const failed = await failedItems(this.connection, flow, failedShown)
    const data = { ...flowView(found), steps: stepRows(found), failed: failedRows(failed) }
    return this.views.render('flow.njk', data, { request, response })
  }
}
