import { Injectable } from '@nestjs/common'
import { headers as newHeaders, type MsgHdrs } from '@nats-io/nats-core'
import { Clock } from '../../clock/index.js'
import type { OutgoingMessage } from '../../contracts/index.js'
import { DatabaseConnection } from '../../database/index.js'
import { markPublished } from '../../unit-of-work/index.js'
import { NatsClient, Publisher } from '../../messaging/index.js'
import { nothingKnown, runsBy, verdictOn, type Verdict } from './run-again.rules.js'
import { Runs, type KnownRun, type MessageRef } from './runs.repository.js'
import { OwnError } from '../../logging/index.js'

/** A message that is to run again. */
export interface ToRunAgain extends MessageRef {
  /** Makes this publication another one than those before, and the same when it is repeated. */
  readonly occasion: string
  /** What is published where the outbox has no row of the message: it was published directly. */
  readonly original?: { readonly subject: string; readonly data: Uint8Array; readonly headers: MsgHdrs }
}

export interface Judged<Message extends ToRunAgain = ToRunAgain> {
  readonly message: Message
  readonly known: KnownRun
  readonly verdict: Verdict
}

/**
 * Runs messages again as the same messages: what is done stays done, and an email that got through is found at
 * Notify by the id it keeps. In three steps, so that dying between them loses nothing.
 */
@Injectable()
export class RunAgain {
  constructor(
    private readonly runs: Runs,
    private readonly connection: DatabaseConnection,
    private readonly nats: NatsClient,
    private readonly publisher: Publisher,
    private readonly clock: Clock,
  ) {}

  /** What running each message again amounts to. Changes nothing. */
  async judge<Message extends ToRunAgain>(messages: readonly Message[]): Promise<Judged<Message>[]> {
    const known = await this.runs.known(messages)
    return messages.map((message, place) => {
      const facts = known[place] ?? nothingKnown
      return { message, known: facts, verdict: verdictOn(facts) }
    })
  }

  /**
   * Makes those judged so owed again.
   * @returns those that are to be published now; somebody may have changed the others meanwhile
   */
  async reopen<Message extends ToRunAgain>(judged: readonly Judged<Message>[]): Promise<Judged<Message>[]> {
    const open = judged.filter(({ verdict }) => runsBy(verdict))
    if (!open.length) return []
    await this.runs.reopen(open.map(({ message, known }) => refOf(message, known)))
    const owed = await this.runs.owed(open.map(({ message }) => message.id))
    return open.filter(({ known }) => (known.run ? owed.has(known.run.MessageId) : true))
  }

  /** Publishes a message under the id it has. The stream takes it for another one than those before. */
  async publish({ message, known: { run } }: Judged): Promise<void> {
    const occasion = `${message.id}.retry.${message.occasion}`
    if (!run) return this.publishOriginal(message, occasion)
    const { sequence } = await this.publisher.publish(outgoing(run), occasion)
    await markPublished(this.connection, [{ id: run.MessageId, sequence }], this.clock.now())
  }

  private async publishOriginal({ id, original }: ToRunAgain, occasion: string): Promise<void> {
    if (!original) throw new OwnError(`nothing is known of ${id} that could be published`)
    const headers = sameMessage(original.headers, id)
    await this.nats.publish(original.subject, original.data, { headers, msgID: occasion })
  }
}

/** The headers of a message that is published again under the id it was known by; what a dead letter added is gone. */
export function sameMessage(original: MsgHdrs, id: string): MsgHdrs {
  const headers = newHeaders()
  for (const [name, values] of original) {
    if (/^(Nats-|hwpv-)/i.test(name)) continue
    for (const value of values) headers.append(name, value)
  }
  headers.set('ce-id', id)
  return headers
}

const refOf = ({ id, consumer }: ToRunAgain, { run, task }: KnownRun): MessageRef => ({
  id,
  ...(run && task ? { task } : {}),
  ...(consumer === undefined ? {} : { consumer }),
})

const outgoing = (run: NonNullable<KnownRun['run']>): OutgoingMessage => ({
  id: run.MessageId,
  // Only the relay and the unit of work write these two, from the contracts.
  subject: run.Subject as OutgoingMessage['subject'],
  body: JSON.parse(run.Body) as OutgoingMessage['body'],
  ...(run.Traceparent === null ? {} : { traceparent: run.Traceparent }),
})
