import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common'
import { Clock, dayOf, toLondon, type LocalDay } from '#shared/clock'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { scheduleBody } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { NatsClient } from '#shared/messaging'
import { readDay, readFortnight } from '#shared/operations'
import { said, type Query as Said } from '../http/query.js'
import type { ConsoleRequest, ConsoleResponse } from '../http/request.js'
import { Views } from '../views.js'
import { consumerRows, dayPicture, fortnightTable, jobViews } from './jobs.view.js'

/** A day of jobs, and the fortnight before it. */
@Controller('jobs')
export class JobsController {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly nats: NatsClient,
    private readonly clock: Clock,
    private readonly views: Views,
    @Inject(ENVIRONMENT) private readonly env: Environment,
  ) {}

  @Get()
  async day(
    @Query() query: Said,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const now = this.clock.instant()
    const today = dayOf(toLondon(now))
    const date = said(query, 'date', isDay) ?? today
    const away = await this.nats.whyUnavailable()
    const nats = away === undefined ? this.nats : { away }
    const from = { env: this.env, connection: this.connection }
    const { jobs, lacks } = await readDay({ ...from, nats }, date, now)
    const days = await readFortnight(from, now)
    const data = {
      ...{ date, lacks, isToday: date === today, jobs: jobViews(jobs, date <= today ? date : undefined) },
      headings: ['Job', 'Handler', 'Started', 'Ended', 'Rows', 'How it ended'],
      runs: consumerRows(jobs),
      picture: dayPicture(jobs, date),
      fortnight: fortnightTable(days),
    }
    return this.views.render('jobs.njk', data, { request, response })
  }

  /** Of the form of a job: the page that says what a change would come to. */
  @Get('change')
  change(@Query('job') job: unknown, @Query('when') when: unknown, @Res() response: ConsoleResponse): void {
    const input = { job: textOf(job), when: textOf(when) || null, zone: null }
    response.redirect(303, `/do/change-job?input=${encodeURIComponent(JSON.stringify(input))}`)
  }
}

/** Of a form, whatever it holds. */
const textOf = (given: unknown): string => (typeof given === 'string' ? given.trim() : '')

const isDay = (text: unknown): text is LocalDay => scheduleBody.schema.shape.date.safeParse(text).success
