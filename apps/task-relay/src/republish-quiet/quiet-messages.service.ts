import { Injectable } from '@nestjs/common'
import { Clock, fromLondon } from '#shared/clock'
import { streamOf } from '#shared/contracts'
import { Log } from '#shared/logging'
import { NatsClient } from '#shared/messaging'
import { metrics } from '#shared/telemetry'
import { TaskRelay } from '../relay-tasks/task-relay.service.js'
import { RelaySettings } from '../task-relay.settings.js'
import { outgoing, RepublishQuietRepository, type QuietMessage } from './republish-quiet.repository.js'
import { stillWaiting, type StreamView } from './republish-quiet.rules.js'

/** The services publish their follow-ups right after the commit; unless they died there, it is done by now. */
const unpublishedSeconds = 5

/** The outbox's safety net: what is owed and has not been heard of is published again. */
@Injectable()
export class QuietMessages {
  constructor(
    private readonly repository: RepublishQuietRepository,
    private readonly relay: TaskRelay,
    private readonly nats: NatsClient,
    private readonly settings: RelaySettings,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Looks once. Publishing again what is under way is harmless: its id and the inbox see to that. */
  async republish(): Promise<void> {
    const quiet = await this.repository.quiet(this.settings.quietSeconds, unpublishedSeconds)
    if (!quiet.length) return
    const views = await this.viewsOf(quiet)
    const waiting = quiet.filter((row) => this.isWaiting(row, views))
    await this.repository.heard(waiting)
    const lost = quiet.filter((row) => !waiting.includes(row))
    if (!lost.length) return
    this.log.info('messages are published again', { count: lost.length })
    metrics.messagesRepublished.inc({}, lost.length)
    await this.relay.publish(lost.map(outgoing))
  }

  private isWaiting(row: QuietMessage, views: ReadonlyMap<string, StreamView>): boolean {
    const { subject } = outgoing(row)
    const view = views.get(subject)
    if (!view || row.StreamSequence === null || row.DatePublished === null) return false
    return stillWaiting({ sequence: row.StreamSequence, published: fromLondon(row.DatePublished) }, view)
  }

  /** Each subject's stream, and how far its consumer has come. */
  private async viewsOf(rows: readonly QuietMessage[]): Promise<Map<string, StreamView>> {
    const views = new Map<string, StreamView>()
    // The server tells the time of the machine, the rows that of the services, which may be another in a trial run.
    const ahead = this.clock.instant().getTime() - Date.now()
    for (const subject of new Set(rows.map((row) => outgoing(row).subject))) {
      const stream = streamOf(subject)
      const { created, state } = await this.nats.manager.streams.info(stream)
      const consumers = await this.nats.manager.consumers.list(stream).next()
      const floors = consumers
        .filter(
          ({ config }) => config.filter_subject === subject || config.filter_subjects?.includes(subject),
        )
        .map(({ ack_floor }) => ack_floor.stream_seq)
      views.set(subject, {
        created: new Date(new Date(created).getTime() + ahead),
        first: state.first_seq,
        last: state.last_seq,
        answeredUpTo: floors.length ? Math.min(...floors) : 0,
      })
    }
    return views
  }
}
