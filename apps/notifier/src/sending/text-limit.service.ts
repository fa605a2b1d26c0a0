import { Injectable } from '@nestjs/common'
import { Clock, toLondon } from '#shared/clock'
import { kindOfNumber, type MessageIdentity } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { outboxState } from '#shared/unit-of-work'
import type { Notification } from './notification.js'
import { longestTextLimitMs, textLimitUntil } from './notify-failure.rules.js'

/** As the outbox, and whoever looks at it, has it. */
const reason = 'notify-429-daily-texts'

/**
 * The day's limit of text messages, which Notify counts apart from emails, and those to other countries apart from the rest.
 * A message that it holds goes back into the outbox until midnight: it takes no hand, uses up no attempt, and keeps no
 * email waiting. Each process finds out by its first text message of a kind, for the others need not ask.
 */
@Injectable()
export class TextLimit {
  private readonly until = new Map<string, Date>()

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** Whether a notification is held until midnight; then its message waits, and comes again. */
  async holds(message: MessageIdentity, notification: Notification): Promise<boolean> {
    const until = this.until.get(kindOf(notification))
    const leftMs = until ? until.getTime() - this.clock.instant().getTime() : 0
    // Of a moment further ahead a clock was set back since.
    if (!until || leftMs <= 0 || leftMs > longestTextLimitMs) return false
    return this.hold(message, until)
  }

  /**
   * Notify has said that the limit is reached. @returns whether the message waits: not where it has ended meanwhile, nor where it
   * comes from having waited for this midnight
   */
  async isReached(message: MessageIdentity, notification: Notification): Promise<boolean> {
    const until = textLimitUntil(this.clock.instant())
    this.until.set(kindOf(notification), until)
    return this.hold(message, until)
  }

  private async hold({ id }: MessageIdentity, until: Date): Promise<boolean> {
    const { numUpdatedRows } = await this.connection.db
      .updateTable('AsyncSchema.Outbox')
      // That it was published may not have been written down yet; it came from there.
      .set({
        ...{ State: outboxState.waiting, DateNotBefore: toLondon(until) },
        ...{ DatePublished: this.clock.now(), DateLastHeard: this.clock.now() },
      })
      .set({ LastReason: reason })
      .where('MessageId', '=', id)
      .where('State', 'in', [outboxState.toPublish, outboxState.published])
      // It was released by the broker's clock: to this one's midnight it would come back at once, again and again.
      .where((row) => row.or([row('DateNotBefore', 'is', null), row('DateNotBefore', '<', toLondon(until))]))
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }
}

const kindOf = ({ channel, to }: Notification): string =>
  channel === 'sms' ? `${kindOfNumber(to)}` : channel
