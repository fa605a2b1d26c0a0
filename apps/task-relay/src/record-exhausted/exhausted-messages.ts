import { Injectable } from '@nestjs/common'
import { streams, taskRef, type ExhaustedMessage, type MessageIdentity } from '#shared/contracts'
import {
  DeadLetters,
  identify,
  jobRunIn,
  nanosecondsOf,
  NatsClient,
  readHeaders,
  type Named,
} from '#shared/messaging'
import { DeliveryRecord, Inbox } from '#shared/unit-of-work'

/** The reason of a message whose handlers never answered. */
const deliveriesExhausted = 'deliveries-exhausted'

/** Gives up on a message for a consumer that cannot: its process died on the last delivery. */
@Injectable()
export class ExhaustedMessages {
  constructor(
    private readonly nats: NatsClient,
    private readonly deadLetters: DeadLetters,
    private readonly records: DeliveryRecord,
    private readonly inbox: Inbox,
  ) {}

  /**
   * A message that is not owed any more, or gone from its stream, is left; so is another one that has its place since the
   * stream was made anew. Repeating is safe until somebody retries the message: that would be given up, too.
   */
  async giveUp(advisory: ExhaustedMessage): Promise<void> {
    const { stream, consumer, stream_seq: sequence, deliveries } = advisory
    // Its consumer only looks on: a dead letter about a dead letter would be looked at in turn.
    if (stream === streams.deadLetters.name) return
    const stored = await this.nats.manager.streams.getMessage(stream, { seq: sequence })
    if (!stored || (await this.isAnother(stored.timestamp, advisory))) return
    const storedAt = nanosecondsOf(stored.timestamp)
    const { data, subject } = stored
    const read = readHeaders(() => stored.header)
    const headers = read === 'unreadable' ? undefined : read
    const named = namedIn(data)
    const message: MessageIdentity = {
      id: identify({ stream, sequence, storedAt, subject }, headers, named),
      consumer,
      ...(named && 'taskId' in named ? { task: named } : {}),
    }
    if ((await this.inbox.standing(message)) !== 'owed') return
    const place = { stream, sequence, storedAt }
    const failed = { ...message, ...place, subject, count: deliveries, message: { data, headers } }
    await this.deadLetters.add(failed, deliveriesExhausted)
    await this.records.gaveUp(message, deliveriesExhausted)
  }

  /** Stored after the notice, in a stream that is younger than it: a server's clock that was set back makes no such. */
  private async isAnother(storedAt: string, { stream, timestamp }: ExhaustedMessage): Promise<boolean> {
    if (timestamp === undefined || !isAfter(storedAt, timestamp)) return false
    return isAfter((await this.nats.manager.streams.info(stream)).created, timestamp)
  }
}

const isAfter = (time: string, other: string): boolean => new Date(time) > new Date(other)

function namedIn(data: Uint8Array): Named {
  try {
    const body = JSON.parse(new TextDecoder().decode(data)) as { task?: unknown } | null
    return body?.task === undefined ? jobRunIn(body) : taskRef.safeParse(body.task).data
  } catch {
    return undefined
  }
}
