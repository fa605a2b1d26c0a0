import { Controller, Get, Param, Req, Res } from '@nestjs/common'
import { DatabaseConnection } from '#shared/database'
import { targetStandings } from '#shared/provisioning'
import { Refusal, type ConsoleRequest, type ConsoleResponse } from '../http/request.js'
import { Views } from '../views.js'
import { reasonRows, targetHeadings, targetRows, targetView } from './targets.view.js'

/** The systems that are told of users, roles and organisations: how far each is, and what can be done about it. */
@Controller('targets')
export class TargetsController {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly views: Views,
  ) {}

  @Get()
  async list(
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const data = { headings: targetHeadings, rows: targetRows(await this.all()) }
    return this.views.render('targets.njk', data, { request, response })
  }

  @Get(':name')
  async one(
    @Param('name') named: string,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const found = (await this.all()).find(({ name }) => name === named)
    if (!found) throw new Refusal(404, 'there is no such target')
    const data = { ...targetView(found), reasons: reasonRows(found) }
    return this.views.render('target.njk', data, { request, response })
  }

  private all() {
    return targetStandings(this.connection)
  }
}
