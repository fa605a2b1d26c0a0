import { Injectable } from '@nestjs/common'
import { Clock, clocksApartMs } from '#shared/clock'
import { streamOf, type OutgoingMessage, type Subject } from '#shared/contracts'
import { Log } from '#shared/logging'
import { NatsClient } from '#shared/messaging'
import { counted } from '#shared/telemetry'
import { PassedOver } from '../passed-over/passed-over.service.js'
import { TaskRelay } from '../relay-tasks/task-relay.service.js'
import { TaskRelaySettings } from '../task-relay.settings.js'
import { QuietRows, type QuietMessage } from './quiet-rows.repository.js'
import { readOwed, stillWaiting, type OwedMessage, type StreamView } from './republish-quiet.rules.js'

/** The services publish their follow-ups right after the commit; unless they died there, it is done by now. */
const unpublishedSeconds = 5

type Owed = Extract<OwedMessage, { kind: 'message' }> & { readonly row: QuietMessage }

/** The outbox's safety net: what is owed and has not been heard of is published again. */
@Injectable()
export class QuietMessages {
  constructor(
    private readonly repository: QuietRows,
    private readonly relay: TaskRelay,
    private readonly nats: NatsClient,
    private readonly settings: TaskRelaySettings,
    private readonly clock: Clock,
    private readonly passedOver: PassedOver,
    private readonly log: Log,
  ) {}

  /**
   * Looks once. Publishing again what is under way is harmless: its id and the inbox see to that. Whatever becomes of a
   * row, it steps behind the others.
   */
  async republish(): Promise<void> {
    // Without a broker nothing can be said of any of them.
    if (!this.nats.isConnected) return
    const quiet = await this.repository.quiet(this.settings.quietSeconds, unpublishedSeconds)
    if (!quiet.length) return
    const owed = await this.readable(quiet)
    const views = await this.viewsOf(owed)
    const waiting = owed.filter((each) => this.isWaiting(each, views))
    await this.repository.heard(waiting.map(({ row }) => row))
    const lost = owed.filter((each) => !waiting.includes(each)).map(({ message }) => message)
    if (lost.length) await this.publishAgain(lost)
  }

  private async publishAgain(lost: readonly OutgoingMessage[]): Promise<void> {
    const count = await this.relay.publish(lost)
    if (!count) return
    this.log.info('messages were published again', { count })
    counted().messagesRepublished.inc(count)
  }

  /** What cannot be read nobody can publish: it is named, and left to a release that knows more. */
  private async readable(rows: readonly QuietMessage[]): Promise<Owed[]> {
    const owed: Owed[] = []
    const unreadable = new Map<string, QuietMessage[]>()
    for (const row of rows) {
      const read = readOwed(row)
      if (read.kind === 'message') owed.push({ ...read, row })
      else unreadable.set(read.reason, [...(unreadable.get(read.reason) ?? []), row])
    }
    for (const [reason, some] of unreadable) {
      await this.repository.unreadable(some, reason)
      this.passedOver.report(some.map(({ OutboxId: id }) => ({ table: 'AsyncSchema.Outbox', id, reason })))
    }
    return owed
  }

  private isWaiting({ message, published }: Owed, views: ReadonlyMap<Subject, StreamView>): boolean {
    const view = views.get(message.subject)
    if (!view || !published) return false
    // By a clock that was ahead: it says nothing of which store the message is in.
    if (published.published.getTime() > this.clock.instant().getTime() + clocksApartMs) return false
    return stillWaiting(published, view)
  }

  /** Each subject's stream, and how far its consumer has come. */
  private async viewsOf(owed: readonly Owed[]): Promise<Map<Subject, StreamView>> {
    const views = new Map<Subject, StreamView>()
    const published = owed.flatMap((each) => (each.published ? [each.message.subject] : []))
    for (const subject of new Set(published)) {
      try {
        views.set(subject, await this.viewOf(subject))
      } catch (error) {
        // Of one stream that is not there the others need not wait: publishing to it will say the same.
        this.log.warn('nothing can be learnt of a stream', { stream: streamOf(subject), ...nameOf(error) })
      }
    }
    return views
  }

  private async viewOf(subject: Subject): Promise<StreamView> {
    // The server tells the time of the machine, the rows that of the services, which may be another in a trial run.
    const ahead = this.clock.instant().getTime() - Date.now()
    const stream = streamOf(subject)
    const { created, state } = await this.nats.manager.streams.info(stream)
    const consumers = await this.nats.manager.consumers.list(stream).next()
    const floors = consumers
      .filter(({ config }) => config.filter_subject === subject || config.filter_subjects?.includes(subject))
      .map(({ ack_floor }) => ack_floor.stream_seq)
    return {
      created: new Date(new Date(created).getTime() + ahead),
      first: state.first_seq,
      last: state.last_seq,
      answeredUpTo: floors.length ? Math.min(...floors) : 0,
    }
  }
}

const nameOf = (error: unknown) => ({ reason: error instanceof Error ? error.name : 'unknown' })
