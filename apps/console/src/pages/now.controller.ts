import { Controller, Get, Req, Res } from '@nestjs/common'
import type { ConsoleRequest, ConsoleResponse } from '../http/request.js'
import { sendNews } from '../http/send-news.js'
import { Snapshots } from '../snapshot/snapshots.service.js'
import { Views } from '../views.js'
import { nowView } from './now.view.js'

/** How everything stands. */
@Controller()
export class NowController {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly views: Views,
  ) {}

  @Get()
  async now(
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const now = nowView(await this.snapshots.get())
    return this.views.render('now.njk', { now }, { request, response })
  }

  /** The same as it changes, drawn once for all who listen. */
  @Get('now/live')
  live(@Req() request: ConsoleRequest, @Res() response: ConsoleResponse): void {
    sendNews(request, response, (tell) =>
      this.snapshots.watch((snapshot) => tell(this.views.part('parts/now.njk', { now: nowView(snapshot) }))),
    )
  }
}
