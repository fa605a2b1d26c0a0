import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common'
import type { ConsumerInfo } from '@nats-io/jetstream'
import { streams } from '#shared/contracts'
import { NatsClient } from '#shared/messaging'
import { isNoStream, readStream } from '#shared/operations'
import { Refusal, type ConsoleRequest, type ConsoleResponse } from '../http/request.js'
import { timeText } from '../text.js'
import { Views } from '../views.js'
import type { Cell, Table } from './table.js'

const names: readonly string[] = Object.values(streams).map(({ name }) => name)
const messagesShown = 50

/** What the broker keeps, for those who know it. Of messages only their place and their ids. */
@Controller('streams')
export class StreamsController {
  constructor(
    private readonly nats: NatsClient,
    private readonly views: Views,
  ) {}

  @Get()
  async list(
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    if (await this.nats.whyUnavailable())
      return this.views.render('streams.njk', { away: true }, { request, response })
    const rows = await this.nats.unlessSilent(Promise.all(names.map((name) => this.rowOf(name))))
    const data = {
      headings: ['Stream', 'Subjects', 'Messages', 'Sequences', 'Bytes', 'Replicas', 'Consumers'],
      rows: rows.flat(),
    }
    return this.views.render('streams.njk', data, { request, response })
  }

  @Get(':name')
  async show(
    @Param('name') name: string,
    @Query('from') given: unknown,
    @Req() request: ConsoleRequest,
    @Res({ passthrough: true }) response: ConsoleResponse,
  ): Promise<string> {
    if (!names.includes(name)) throw new Refusal(404, 'there is no such stream')
    if (await this.nats.whyUnavailable())
      return this.views.render('streams.njk', { away: true }, { request, response })
    const from = typeof given === 'string' && /^[1-9]\d{0,14}$/.test(given) ? Number(given) : undefined
    const data = await this.nats.unlessSilent(this.part(name, from))
    return this.views.render('stream.njk', data, { request, response })
  }

  /** @param given the first place to show; undefined: the newest messages */
  private async part(name: string, given: number | undefined) {
    const { state } = await this.nats.manager.streams.info(name)
    const from = given ?? Math.max(state.first_seq, state.last_seq - messagesShown + 1)
    return {
      ...{ name, from, first: state.first_seq, last: state.last_seq },
      consumers: await this.consumersOf(name),
      messages: await this.messagesOf(name, from, Math.min(state.last_seq, from + messagesShown - 1)),
      next: from + messagesShown <= state.last_seq ? from + messagesShown : undefined,
      before: from > state.first_seq ? Math.max(state.first_seq, from - messagesShown) : undefined,
    }
  }

  private async rowOf(name: string): Promise<Cell[][]> {
    try {
      const { state, config } = await this.nats.manager.streams.info(name)
      return [
        [
          { text: name, href: `/streams/${name}` },
          config.subjects.join(', '),
          ...[state.messages, `${state.first_seq} to ${state.last_seq}`, state.bytes],
          ...[config.num_replicas, state.consumer_count],
        ],
      ]
    } catch (error) {
      if (!isNoStream(error)) throw error
      return [[name, { text: 'missing', tag: 'red' }, '', '', '', '', '']]
    }
  }

  private async consumersOf(name: string): Promise<Table> {
    const found: ConsumerInfo[] = []
    for await (const info of this.nats.manager.consumers.list(name))
      if (info.config.durable_name !== undefined) found.push(info)
    return {
      caption: 'Consumers',
      headings: ['Consumer', 'Waiting', 'Unanswered', 'Tried before', 'Fetching', 'Answered up to'],
      rows: found.map((info) => [
        ...[info.name, info.num_pending, info.num_ack_pending, info.num_redelivered, info.num_waiting],
        info.ack_floor.stream_seq,
      ]),
    }
  }

  private async messagesOf(stream: string, from: number, upTo: number): Promise<Table> {
    const rows: Cell[][] = []
    if (from <= upTo)
      for await (const page of readStream(this.nats, { stream, from, upTo }))
        for (const { sequence, subject, time, headers, data } of page)
          rows.push([
            sequence,
            timeText(time),
            subject,
            headers.get('ce-id') || headers.get('Nats-Msg-Id'),
            data.length,
          ])
    return { caption: 'Messages', headings: ['Sequence', 'Stored', 'Subject', 'Id', 'Bytes'], rows }
  }
}
