import { setTimeout as delay } from 'node:timers/promises'
import { Injectable, type OnModuleDestroy } from '@nestjs/common'
import { Notifications, type NotificationRow } from '../delivery-states/notifications.repository.js'

/** Notify waits for an answer no longer than a few seconds, and asks for no more than that it is taken. */
const longestMs = 3_000
/** Between two looks, in milliseconds. */
const pauseMs = 50
/** Whoever has the token keeps no more connections than these. */
const mostWaiting = 100

/**
 * Finds what a receipt is about. One that comes before Notify's answer to our own request has been written down waits for that, as
 * long as the inbox says that somebody is sending it: nothing is kept of what nobody has asked for. Of what takes longer the
 * first look learns it.
 */
@Injectable()
export class ReceiptRow implements OnModuleDestroy {
  private waiting = 0
  private readonly stopped = new AbortController()

  constructor(private readonly notifications: Notifications) {}

  onModuleDestroy(): void {
    this.stopped.abort()
  }

  /** Undefined where it is about nothing of ours, or where nothing of it is written down yet. */
  async find(messageId: string, notifyId: string): Promise<NotificationRow | undefined> {
    const found = await this.notifications.find(messageId, notifyId)
    if (found || this.waiting >= mostWaiting) return found
    this.waiting += 1
    try {
      return await this.awaited(messageId, notifyId)
    } finally {
      this.waiting -= 1
    }
  }

  private async awaited(messageId: string, notifyId: string): Promise<NotificationRow | undefined> {
    const { signal } = this.stopped
    const begun = performance.now()
    for (;;) {
      // Asked first: whoever is at it no more has written down by then what it came to.
      const isComing = await this.notifications.isBeingSent(messageId)
      const found = await this.notifications.find(messageId, notifyId)
      if (found || !isComing || signal.aborted || performance.now() - begun > longestMs) return found
      // Aborted, the wait rejects: that is the signal to stop.
      await delay(pauseMs, undefined, { signal }).catch(() => undefined)
    }
  }
}
