import type { IncomingMessage, ServerResponse } from 'node:http'
import { Controller, NotFoundException, Post, Req, Res } from '@nestjs/common'
import { isBearer, readBody } from '#shared/http'
import { Log } from '#shared/logging'
import { LearnedStates } from '../delivery-states/learned-states.js'
import { NotifierSettings } from '../notifier.settings.js'
import { ReceiptRow } from './receipt-row.service.js'
import { receiptIn, type Receipt } from './receipt.rules.js'

/** A receipt has a few hundred. */
const maxBytes = 16_384

/**
 * Notify's delivery receipts: it posts one as soon as it knows what became of an email or a text message, and again some minutes
 * later where that was not taken. One of somebody else's is passed over, and so is one of which nothing is written down in time: what
 * is ours is looked up as well.
 */
@Controller()
export class ReceiptsController {
  constructor(
    private readonly rows: ReceiptRow,
    private readonly states: LearnedStates,
    private readonly settings: NotifierSettings,
    private readonly log: Log,
  ) {}

  @Post('notify/receipts')
  async take(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    const { receiptsTokens: tokens } = this.settings
    if (tokens === undefined) throw new NotFoundException()
    if (!isBearer(request.headers.authorization, tokens)) return answer(response, 401)
    const body = await readBody(request, maxBytes)
    const receipt = body === undefined ? undefined : receiptIn(body)
    if (!receipt) return answer(response, 400)
    try {
      await this.learn(receipt)
      answer(response, 204)
    } catch (error) {
      this.log.error('a receipt could not be taken in', error)
      answer(response, 503)
    }
  }

  private async learn({ id, reference, status }: Receipt): Promise<void> {
    const messageId = reference === null ? undefined : this.settings.inside(reference)
    const row = messageId === undefined ? undefined : await this.rows.find(messageId, id)
    if (row) await this.states.learn([{ row, status }], false)
  }
}

/** Its connection ends with a refusal: the rest of the body is not waited for. */
function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, status < 300 ? {} : { connection: 'close' }).end()
}
