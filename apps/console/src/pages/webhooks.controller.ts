import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common'
import { deliveryState } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { readDeliveries, readEndpoints } from '#shared/operations'
import { Refusal, type ConsoleRequest, type ConsoleResponse } from '../http/request.js'
import { Views } from '../views.js'
import {
  deliveryHeadings,
  deliveryRows,
  endpointHeadings,
  endpointRows,
  endpointView,
} from './webhooks.view.js'

const shown = 100

/** Where events are sent: how each endpoint stands, what it got, and what can be done about it. */
@Controller('webhooks')
export class WebhooksController {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly views: Views,
  ) {}

  @Get()
  async list(
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const endpoints = await readEndpoints(this.connection)
    const data = { headings: endpointHeadings, rows: endpointRows(endpoints) }
    return this.views.render('webhooks.njk', data, { request, response })
  }

  @Get(':name')
  async one(
    @Param('name') name: string,
    @Query('state') given: unknown,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const [found] = await readEndpoints(this.connection, name)
    if (!found) throw new Refusal(404, 'there is no such endpoint')
    const state = Object.values(deliveryState).find((each) => each === given)
    const deliveries = await readDeliveries(this.connection, name, { limit: shown, state })
    const data = {
      ...endpointView(found, state),
      ...{ headings: deliveryHeadings, rows: deliveryRows(found, deliveries) },
    }
    return this.views.render('webhook.njk', data, { request, response })
  }
}
