import { Inject, Injectable } from '@nestjs/common'
import { Log, type LogFields } from '#shared/logging'
import { done, retry, type Delivery, type Outcome } from '#shared/messaging'
import { Inbox, UnitOfWork } from '#shared/unit-of-work'
import { chatPolicy } from './chat-policy.js'
import type { News } from './digest.rules.js'
import { Digests } from './digests.js'

const lease = { ms: chatPolicy.timeOutMs, longestMs: chatPolicy.timeOutMs }

/** Tells the chat once what a message says, however many replicas have it, and however often. */
@Injectable()
export class TellOnce {
  constructor(
    @Inject(Digests) private readonly digests: Digests | null,
    private readonly inbox: Inbox,
    private readonly unitOfWork: UnitOfWork,
    private readonly log: Log,
  ) {}

  /** @param about what the log calls it where the chat refuses to be told */
  async tell(delivery: Delivery, news: News, about: LogFields): Promise<Outcome> {
    const outcome = this.digests ? await this.tellBy(this.digests, delivery, news, about) : done
    if (outcome.kind === 'done') await this.unitOfWork.finish(delivery)
    return outcome
  }

  private async tellBy(digests: Digests, delivery: Delivery, news: News, about: LogFields): Promise<Outcome> {
    const start = await this.inbox.start(delivery, lease)
    if (start === 'done') return done
    if (start === 'busy') return retry('being-announced-by-another')
    const outcome = await digests.add(news, delivery.signal)
    // Whoever reads the dead letters could do nothing but ask the same chat again.
    if (outcome.kind === 'reject') {
      this.log.warn('the chat refuses to be told', { ...about, reason: outcome.reason })
      return done
    }
    if (outcome.kind !== 'done') await this.inbox.release(delivery)
    return outcome
  }
}
