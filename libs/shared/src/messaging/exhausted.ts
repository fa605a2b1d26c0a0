import { streams, taskRef, type ExhaustedMessage, type MessageIdentity } from '../contracts/index.js'
import type { DeadLetters } from './dead-letters.js'
import { identify } from './message-identity.js'
import type { DeliveryRecords } from './middleware/settle.js'
import type { DoneMessages } from './middleware/skip-done.js'
import type { NatsClient } from './nats-client.js'
import { readHeaders } from './read-headers.js'

/** The reason of a message whose handlers never answered. */
export const deliveriesExhausted = 'deliveries-exhausted'

/** Gives up on a message for a consumer that cannot: its process died on the last delivery. */
export class ExhaustedMessages {
  constructor(
    private readonly nats: NatsClient,
    private readonly deadLetters: DeadLetters,
    private readonly records: DeliveryRecords,
    private readonly inbox: DoneMessages,
  ) {}

  /** Repeating is safe. A message that was done after all, or is gone from its stream, is left. */
  async giveUp({ stream, consumer, stream_seq: sequence, deliveries }: ExhaustedMessage): Promise<void> {
    // Its consumer only looks on: a dead letter about a dead letter would be looked at in turn.
    if (stream === streams.deadLetters.name) return
    const stored = await this.nats.manager.streams.getMessage(stream, { seq: sequence })
    if (!stored) return
    const { data, subject } = stored
    const read = readHeaders(() => stored.header)
    const headers = read === 'unreadable' ? undefined : read
    const task = taskOf(data)
    const message: MessageIdentity = {
      id: identify({ stream, sequence }, headers, task),
      consumer,
      ...(task ? { task } : {}),
    }
    if (await this.inbox.isDone(message)) return
    const failed = { ...message, subject, stream, sequence, count: deliveries, message: { data, headers } }
    await this.deadLetters.add(failed, deliveriesExhausted)
    await this.records.gaveUp(message, deliveriesExhausted)
  }
}

function taskOf(data: Uint8Array) {
  try {
    const body = JSON.parse(new TextDecoder().decode(data)) as { task?: unknown } | null
    return taskRef.safeParse(body?.task).data
  } catch {
    return undefined
  }
}
