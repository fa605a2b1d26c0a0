import { Injectable } from '@nestjs/common'
import { Clock } from '#shared/clock'
import { sameText, type MessageIdentity } from '#shared/contracts'
import { Inbox, type Start } from '#shared/unit-of-work'
import { afterMsOf, done, reject, retry, type Outcome } from '#shared/messaging'
import { NotifierSettings } from '../notifier.settings.js'
import { Restorations } from '../restored/restorations.repository.js'
import type { Email } from './email.js'
import { NotifyClient } from './notify.client.js'
import { NotifyError } from './notify.error.js'
import { outcomeOfFailure } from './notify-failure.rules.js'

/**
 * Sends an email once, however often it is asked to. The message's id is the email's reference at Notify, which
 * takes the same reference twice without a word: so an attempt is written down before it is made, nobody else
 * makes one meanwhile, and whoever comes after it asks Notify for the reference first; where nobody heard how it ended,
 * not before Notify must have come to an end with it. Where Notify may have forgotten a try, people decide.
 */
@Injectable()
export class OneEmail {
  constructor(
    private readonly inbox: Inbox,
    private readonly notify: NotifyClient,
    private readonly settings: NotifierSettings,
    private readonly restorations: Restorations,
    private readonly clock: Clock,
  ) {}

  /** `done` once the email is with Notify, or is one that nobody gets. */
  async send(message: MessageIdentity, email: Email): Promise<Outcome> {
    if (sameText(email.address, this.settings.doNotSend)) return done
    const { settleMs, notify } = this.settings
    const { timeoutMs } = notify
    // Long enough for the question, the sending, a pause between them, and what Notify may do with it afterwards.
    const leaseMs = 3 * timeoutMs + settleMs
    const begun = performance.now()
    const start = await this.inbox.start(message, leaseMs)
    if (start === 'done') return done
    if (start === 'busy') return retry('being-sent-by-another')
    let sending = false
    try {
      const before = await this.before(message, start)
      if (before) return before
      const request = {
        templateId: this.settings.templateId(email.template),
        emailAddress: email.address,
        personalisation: email.personalisation,
        reference: this.settings.outside(message.id),
      }
      sending = true
      // Later, this process stood still meanwhile: somebody else may have taken over.
      await this.notify.sendEmail(request, () => performance.now() - begun <= 2 * timeoutMs)
      return done
    } catch (error) {
      if (!(error instanceof NotifyError)) throw error
      const outcome = outcomeOfFailure(error, this.clock.instant(), settleMs)
      await this.inbox.release(message, afterMsOf(outcome), !sending || !error.isUnanswered)
      return outcome
    }
  }

  /** What came of the tries before, if there were any: undefined where the email is to be sent. */
  private async before(message: MessageIdentity, start: Start): Promise<Outcome | undefined> {
    const { rememberedMs } = this.settings
    const lost = await this.restorations.lostTry(message, rememberedMs)
    if (start === 'first' && !lost.ask) return undefined
    if (await this.notify.hasEmail(this.settings.outside(message.id))) return done
    const known = start === 'again' ? await this.inbox.sinceFirstTry(message) : undefined
    if (Math.max(known ?? 0, lost.sinceMs ?? 0) < rememberedMs) return undefined
    await this.inbox.release(message, 0, true)
    return reject('notify-answer-unknown')
  }
}
