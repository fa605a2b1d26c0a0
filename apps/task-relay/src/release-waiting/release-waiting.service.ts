import { Injectable } from '@nestjs/common'
import { surelyCome, type LocalTime } from '#shared/clock'
import { BrokerClock } from '#shared/jobs'
import { Log } from '#shared/logging'
import { NatsClient } from '#shared/messaging'
import { TaskRelay } from '../relay-tasks/task-relay.service.js'
import type { QuietMessage } from '../republish-quiet/quiet-rows.repository.js'
import { readOwed } from '../republish-quiet/republish-quiet.rules.js'
import { releasedAtOnce, WaitingMessages } from './waiting-messages.repository.js'

/** Publishes what was to wait for its moment, once that has come. */
@Injectable()
export class ReleaseWaiting {
  constructor(
    private readonly waiting: WaitingMessages,
    private readonly relay: TaskRelay,
    private readonly brokerClock: BrokerClock,
    private readonly nats: NatsClient,
    private readonly log: Log,
  ) {}

  /**
   * Publishes what is due. Nothing is published before its moment, by the broker's clock: this machine's may be wrong.
   * Whoever dies between the release and the publishing leaves it to the search for what went quiet.
   * @param first the first moment that something waits for, in London time
   * @returns whether there may be more that is due
   */
  async release(first: LocalTime): Promise<boolean> {
    // Nobody could be told: it may as well go on waiting.
    if (!this.nats.isConnected) return false
    const come = surelyCome(await this.brokerClock.instant())
    if (first > come) return false
    const rows = await this.waiting.release(come)
    if (!rows.length) return false
    this.log.info('messages that waited for their moment are published', { count: rows.length })
    // Whoever publishes these once more, after a death, does so under the same id: the stream takes one of them.
    await this.relay.publishDue(messagesOf(rows.filter((row) => !wasPublished(row))))
    await this.relay.publishDue(messagesOf(rows.filter(wasPublished)), come)
    return rows.length === releasedAtOnce
  }
}

/** What was in its stream before, and was put back to wait. */
const wasPublished = ({ DatePublished }: QuietMessage): boolean => DatePublished !== null

/** What cannot be read is owed like the others, and is named where the quiet ones are looked for. */
const messagesOf = (rows: readonly QuietMessage[]) =>
  rows.flatMap((row) => {
    const owed = readOwed(row)
    return owed.kind === 'message' ? [owed.message] : []
  })
