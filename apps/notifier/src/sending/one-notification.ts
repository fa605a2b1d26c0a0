import { Injectable } from '@nestjs/common'
import { Clock } from '#shared/clock'
import { sameText, type MessageIdentity } from '#shared/contracts'
import { Inbox, type Start } from '#shared/unit-of-work'
import { afterMsOf, done, reject, retry, type NotDone, type Outcome } from '#shared/messaging'
import { longestSettleMs, longestTimeoutMs, NotifierSettings } from '../notifier.settings.js'
import { Restorations } from '../restored/restorations.repository.js'
import type { Notification } from './notification.js'
import { NotifyClient, type NotifyRequest } from './notify.client.js'
import { NotifyError } from './notify.error.js'
import { outcomeOfFailure } from './notify-failure.rules.js'
import { TextLimit } from './text-limit.service.js'

/**
 * What came of sending. `sent`: it is with Notify, under that id, or one that nobody gets. `held`: its message was put back
 * to wait, and comes again. Everything else is what a handler gives back.
 */
export type Sent =
  | { readonly kind: 'sent'; readonly notifyId: string | undefined }
  | { readonly kind: 'held' }
  | NotDone

/** What a handler answers for what was not sent: what is held comes again by itself. */
export const answerTo = (unsent: Exclude<Sent, { readonly kind: 'sent' }>): Outcome =>
  unsent.kind === 'held' ? done : unsent

/** Long enough for the question, the sending, a pause between them, and what Notify may do with it afterwards. */
const leaseMs = (timeoutMs: number, settleMs: number): number => 3 * timeoutMs + settleMs
const longestMs = leaseMs(longestTimeoutMs, longestSettleMs)

/**
 * Sends an email or a text message once, however often it is asked to. The message's id is the reference at Notify, which
 * takes the same reference twice without a word: so an attempt is written down before it is made, nobody else
 * makes one meanwhile, and whoever comes after it asks Notify for the reference first; where nobody heard how it ended,
 * not before Notify must have come to an end with it. Where Notify may have forgotten a try, people decide.
 */
@Injectable()
export class OneNotification {
  constructor(
    private readonly inbox: Inbox,
    private readonly notify: NotifyClient,
    private readonly settings: NotifierSettings,
    private readonly restorations: Restorations,
    private readonly textLimit: TextLimit,
    private readonly clock: Clock,
  ) {}

  async send(message: MessageIdentity, notification: Notification): Promise<Sent> {
    if (this.isForNobody(notification)) return { kind: 'sent', notifyId: undefined }
    if (await this.textLimit.holds(message, notification)) return { kind: 'held' }
    const { settleMs, notify } = this.settings
    const { timeoutMs } = notify
    const begun = performance.now()
    const start = await this.inbox.start(message, { ms: leaseMs(timeoutMs, settleMs), longestMs })
    if (start === 'done') return { kind: 'sent', notifyId: undefined }
    if (start === 'busy') return retry('being-sent-by-another')
    let sending = false
    try {
      const before = await this.before(message, notification, start)
      if (before) return before
      sending = true
      // Later, this process stood still meanwhile: somebody else may have taken over.
      const mayStillSend = () => performance.now() - begun <= 2 * timeoutMs && !this.isExpired(notification)
      const notifyId = await this.notify.send(this.requestFor(message, notification), mayStillSend)
      return { kind: 'sent', notifyId }
    } catch (error) {
      if (!(error instanceof NotifyError)) throw error
      const outcome = outcomeOfFailure(error, this.clock.instant(), settleMs)
      await this.inbox.release(message, afterMsOf(outcome), !sending || !error.isUnanswered)
      const isOfTexts = error.kind === 'daily-limit' && notification.channel === 'sms'
      if (!isOfTexts) return outcome
      // What does not wait there is tried again by itself: as an outage of Notify it would keep all emails waiting.
      return (await this.textLimit.isReached(message, notification)) ? { kind: 'held' } : retry(error.reason)
    }
  }

  private isForNobody({ channel, to }: Notification): boolean {
    return channel === 'email' && sameText(to, this.settings.doNotSend)
  }

  private isExpired({ expires }: Notification): boolean {
    return expires !== undefined && expires <= this.clock.instant()
  }

  private requestFor(message: MessageIdentity, notification: Notification): NotifyRequest {
    const { channel, templateId, to, personalisation, replyTo, sender } = notification
    const reference = this.settings.outside(message.id)
    return { channel, templateId, to, personalisation, replyTo, sender, reference }
  }

  /** What came of the tries before, if there were any: undefined where it is to be sent. */
  private async before(
    message: MessageIdentity,
    notification: Notification,
    start: Start,
  ): Promise<Sent | undefined> {
    const { rememberedMs } = this.settings
    const lost = await this.restorations.lostTry(message, rememberedMs)
    if (start !== 'first' || lost.ask) {
      const taken = await this.notify.find(notification.channel, this.settings.outside(message.id))
      if (taken) return { kind: 'sent', notifyId: taken.id }
      const known = start === 'again' ? await this.inbox.sinceFirstTry(message) : undefined
      if (Math.max(known ?? 0, lost.sinceMs ?? 0) >= rememberedMs)
        return this.givingUp(message, 'notify-answer-unknown')
    }
    return this.isExpired(notification) ? this.givingUp(message, 'expired') : undefined
  }

  private async givingUp(message: MessageIdentity, reason: string): Promise<Sent> {
    await this.inbox.release(message, 0, true)
    return reject(reason)
  }
}
