import { Controller, Get, Req, Res } from '@nestjs/common'
import { consumer, isHandlerName, policies, type DeliveryPolicy } from '#shared/messaging'
import type { HandlerStatus } from '#shared/operations'
import type { ConsoleRequest, ConsoleResponse } from '../http/request.js'
import { Snapshots } from '../snapshot/snapshots.service.js'
import { timeText } from '../text.js'
import { Views } from '../views.js'
import type { Cell } from './table.js'

/** What holds handlers up, and what lets them go on. */
@Controller('held-up')
export class HeldUpController {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly views: Views,
  ) {}

  @Get()
  async heldUp(
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    const { server } = await this.snapshots.get()
    const data = 'found' in server ? viewOf(server.found) : { away: server.away }
    return this.views.render('held-up.njk', data, { request, response })
  }
}

function viewOf({
  handlers,
  upstreams,
}: {
  handlers: readonly HandlerStatus[]
  upstreams: readonly Upstream[]
}) {
  return {
    upstreams: upstreams.map(({ name, since, until, reason, refused }) => ({
      ...{ name, reason, since: timeText(since), until: timeText(until), refused: refused ?? false },
      handlers: Object.keys(policies).filter((handler) => upstreamOf(handler) === name),
    })),
    ...linesOf(handlers.filter(({ name }) => isHandlerName(name))),
  }
}

function linesOf(handlers: readonly HandlerStatus[]) {
  const lines = handlers.map(lineOf)
  return {
    paused: lines.filter(({ paused }) => paused),
    headings: ['Handler', 'Waiting', 'At most', 'What is the matter', 'What to do'],
    rows: lines.filter(({ paused }) => !paused).map(rowOf),
  }
}

interface Upstream {
  readonly name: string
  readonly since: Date
  readonly until: Date
  readonly reason: string
  readonly refused?: true
}

const lineOf = ({ name, paused, starved, lag }: HandlerStatus) => ({
  ...{ name, lag, starved, limit: limitOf(name) },
  paused: paused && { since: timeText(paused.since), reason: paused.reason },
})

const policyOf = (name: string): DeliveryPolicy | undefined =>
  isHandlerName(name) ? consumer(name).policy : undefined

const upstreamOf = (name: string): string | undefined => policyOf(name)?.upstream

/** The most it begins in a time, over all replicas. */
function limitOf(name: string): string {
  const limit = policyOf(name)?.rateLimit
  return limit ? `${limit.max} in ${limit.everyMs / 1_000} s` : ''
}

function rowOf({ name, lag, limit, starved }: ReturnType<typeof lineOf>): Cell[] {
  const input = encodeURIComponent(JSON.stringify({ handler: name }))
  return [
    { text: name, id: name },
    ...[lag, limit, starved ?? ''],
    { text: 'Pause', href: `/do/pause-handler?input=${input}`, label: `Pause ${name}` },
  ]
}
