import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common'
import { Clock, dayOf } from '#shared/clock'
import { paymentFileOf, scheduleBody } from '#shared/contracts'
import { DatabaseConnection, pounds } from '#shared/database'
import { Actions, PaidRuns, readRuns, type PaymentRunDay } from '#shared/operations'
import { said, type Query as Said } from '../http/query.js'
import { operatorIn, Refusal, type ConsoleRequest, type ConsoleResponse } from '../http/request.js'
import { timeText } from '../text.js'
import { Views } from '../views.js'
import { actorOf, may } from '../who/operator.js'
import { journeyCell } from './journey-cell.js'
import type { Cell, Table } from './table.js'

const perPage = 30

/** Payment runs: what they pay, what they left out, and their files, which are for the finance role. */
@Controller('payments')
export class PaymentsController {
  private readonly paid: PaidRuns

  constructor(
    connection: DatabaseConnection,
    private readonly actions: Actions,
    private readonly views: Views,
    private readonly clock: Clock,
  ) {
    this.paid = new PaidRuns(connection)
  }

  @Get()
  async list(
    @Query() query: Said,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const from = said(query, 'before', isDay)
    const found = await this.paid.newest(perPage + 1, from)
    const page = found.slice(0, perPage)
    const today = dayOf(this.clock.now())
    const data = {
      nextInput: { job: 'payment-run', date: today, again: false, longAgo: false },
      headings: ['Day', 'State', 'Claims', 'Top-ups', 'Pounds', 'Left out', 'Last reason'],
      rows: page.map((run): Cell[] => [
        { text: run.date, href: `/payments/${run.date}` },
        { text: run.state, tag: colourOf(run.state) },
        ...[run.claims, run.topUps, pounds(run.pence).toFixed(2), run.leftOut, run.reason],
      ]),
      older: found.length > perPage ? page.at(-1)?.date : undefined,
    }
    return this.views.render('payments.njk', data, { request, response })
  }

  @Get(':date')
  async show(
    @Param('date') date: string,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    if (!isDay(date)) throw new Refusal(404, 'there is no such day')
    const runs = await readRuns(this.paid, date)
    if (!runs.length) throw new Refusal(404, `no payment run is known for ${date}`)
    const data = { date, runs: runs.map(runView), finance: may(operatorIn(request), 'finance') }
    return this.views.render('payment.njk', data, { request, response })
  }

  /** One of the three files, which say who is paid what: for the finance role alone, and each time written down. */
  @Post('files/:name')
  async download(
    @Param('name') name: string,
    @Req() request: ConsoleRequest,
    @Res() response: ConsoleResponse,
  ): Promise<void> {
    const operator = operatorIn(request)
    if (!paymentFileOf(name)) throw new Refusal(404, 'there is no such payment file')
    const asked = { name: 'download-payment-file', input: { file: name }, actor: actorOf(operator) } as const
    if (!may(operator, 'finance')) {
      await this.actions.refuse(asked)
      throw new Refusal(403, 'payment files are for the role finance')
    }
    const { result } = await this.actions.perform(asked)
    response.type('application/octet-stream').attachment(name).send(Buffer.from(result.bytes))
  }
}

const isDay = (text: unknown): text is string => scheduleBody.schema.shape.date.safeParse(text).success

function colourOf(state: string): string {
  if (state === 'STOPPED') return 'red'
  return state === 'SETTLED' || state === 'EMPTY' ? 'green' : 'yellow'
}

/** At most so many of what was left out are listed. */
const leftOutShown = 200

function runView(run: PaymentRunDay) {
  const { claims, topUps, all } = run.totals
  return {
    pairs: [
      ['Run', { text: run.runId, hint: `stamp ${run.stamp}` }],
      ['State', { text: run.state, tag: colourOf(run.state), ...(run.reason ? { hint: run.reason } : {}) }],
      ['Started', timeText(run.started)],
      ['Reserved', timeText(run.reserved)],
      ['Files written', timeText(run.filesWritten)],
      ['Settled', timeText(run.settled)],
    ] as [string, Cell][],
    totals: {
      caption: 'What it pays',
      headings: ['Kind', 'Payments', 'Pounds'],
      rows: Object.entries({ Claims: claims, 'Top-ups': topUps, Together: all }).map(([kind, paid]) => [
        ...[kind, paid.payments, paid.pounds],
      ]),
    } satisfies Table,
    files: run.files.map(({ path, type, created, enabled }) => ({
      ...{ path, type, created: timeText(created), stored: enabled },
    })),
    leftOut: leftOutTable(run),
  }
}

function leftOutTable({ leftOut }: PaymentRunDay): Table | undefined {
  if (!leftOut.length) return undefined
  const sum = leftOut.reduce((total, { pence }) => total + pence, 0)
  return {
    caption: `Left out: ${leftOut.length}, ${pounds(sum).toFixed(2)} pounds together`,
    headings: ['Kind', 'Number', 'Claim', 'Reference', 'Pounds', 'Why'],
    rows: leftOut
      .slice(0, leftOutShown)
      .map(({ kind, itemId, claimId, reference, pence, reason }) => [
        ...[kind, itemId, claimId],
        journeyCell(reference),
        ...[pounds(pence).toFixed(2), reason],
      ]),
  }
}
