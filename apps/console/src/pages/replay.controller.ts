import { Controller, Get, Query, Req, Res } from '@nestjs/common'
import { fromLondon, toLondon } from '#shared/clock'
import { replayableSubjects } from '#shared/operations'
import { Refusal, type ConsoleRequest, type ConsoleResponse } from '../http/request.js'
import { Views } from '../views.js'

/** Chooses a stretch of a stream; what publishing it once more comes to is then looked at like any action. */
@Controller('replay')
export class ReplayController {
  constructor(private readonly views: Views) {}

  @Get()
  choose(
    @Query() { subject, from, to }: Readonly<Record<string, unknown>>,
    @Req() request: ConsoleRequest,
    @Res() response: ConsoleResponse,
  ): void {
    const subjects = [subject].flat().filter((each) => typeof each === 'string' && each !== '')
    if (subjects.length) {
      const input = { subjects, from: momentOf(from).toISOString(), to: momentOf(to).toISOString() }
      return response.redirect(303, `/do/replay-stretch?input=${encodeURIComponent(JSON.stringify(input))}`)
    }
    // The streams bear the broker's own time, whatever the services take for now.
    const now = Date.now()
    const [hourAgo, until] = [now - 3_600_000, now].map((ms) =>
      toLondon(new Date(ms)).slice(0, 16).replace(' ', 'T'),
    )
    const data = { subjects: replayableSubjects, from: hourAgo, to: until }
    response.type('html').send(this.views.render('replay.njk', data, { request, response }))
  }
}

/** As a browser gives it, by the London clock. @throws Refusal where it is none */
function momentOf(text: unknown): Date {
  if (typeof text === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) {
    try {
      return fromLondon(text.replace('T', ' '))
    } catch {
      // No such day or time.
    }
  }
  throw new Refusal(400, 'a time is a day and a time of day, such as 2026-11-21T10:00')
}
