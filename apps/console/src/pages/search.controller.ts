import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common'
import { DatabaseConnection } from '#shared/database'
import { allConsumers, NatsClient } from '#shared/messaging'
import { hasJourney, isReference, readJourney, References, taskNamed, waitsFor } from '#shared/operations'
import { Refusal, type ConsoleRequest, type ConsoleResponse } from '../http/request.js'
import { Snapshots } from '../snapshot/snapshots.service.js'
import { Views } from '../views.js'
import { claimRows, timelineOf } from './journey.view.js'

/** Finds what somebody asks about, and tells what happened to it. */
@Controller()
export class SearchController {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly references: References,
    private readonly nats: NatsClient,
    private readonly snapshots: Snapshots,
    private readonly views: Views,
  ) {}

  @Get('search')
  async search(
    @Query('q') given: unknown,
    @Req() request: ConsoleRequest,
    @Res() response: ConsoleResponse,
  ): Promise<void> {
    const q = typeof given === 'string' ? given.trim() : ''
    const found = q ? await this.candidates(q) : []
    const [one, ...others] = found
    if (one !== undefined && !others.length) return response.redirect(303, `/journey/${one}`)
    const page = this.views.render('search.njk', { q, found }, { request, response })
    response.type('html').send(page)
  }

  @Get('journey/:reference')
  async journey(
    @Param('reference') reference: string,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const asked = { request, response }
    if (!hasJourney(reference)) return this.views.render('search.njk', { q: reference, found: [] }, asked)
    const away = await this.nats.whyUnavailable()
    const nats = away === undefined ? this.nats : { away }
    const journey = await readJourney(this.connection, nats, reference)
    if (!journey.claims.length && !journey.entries.length)
      throw new Refusal(404, `nothing is known of ${reference}`)
    const { server } = await this.snapshots.get()
    const statuses = 'found' in server ? server.found.handlers : undefined
    const data = {
      reference: journey.reference,
      claims: claimRows(journey.claims),
      waiting: waitsFor(journey.entries, allConsumers(), statuses),
      timeline: timelineOf(journey.entries),
      lacks: journey.lacks,
    }
    return this.views.render('journey.njk', data, asked)
  }

  /** References by themselves, or those of a claim or a Task row that has the number; a row without one by its name. */
  private async candidates(q: string): Promise<string[]> {
    const id = /^(?:(?:Ext|Int)Schema\.Task\.)?(\d{1,9})(?:\.\w{1,16})*$/.exec(q)?.[1]
    if (id !== undefined) {
      const found = await this.references.withNumber(Number(id))
      const task = taskNamed(q)
      const named = found.filter((each) => each === `${task?.schema}.Task.${task?.taskId}`)
      return named.length ? named : found
    }
    return isReference(q) ? [q] : []
  }
}
