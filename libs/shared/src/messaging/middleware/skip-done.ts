import type { MessageIdentity } from '../../contracts/index.js'
import { currentSpan, metrics } from '../../telemetry/index.js'
import { done } from '../outcome.js'
import type { Middleware } from './middleware.js'

/** Knows which messages a consumer has done. */
export interface DoneMessages {
  isDone(message: MessageIdentity): Promise<boolean>
}

/** The inbox, asked before the handler: a repeat of what is done costs one question and no call to the outside. */
export const skipDone =
  (inbox: DoneMessages): Middleware =>
  async (delivery, next) => {
    if (!(await inbox.isDone(delivery))) return next()
    metrics.messagesSkipped.inc({ handler: delivery.consumer })
    currentSpan()?.event('done before')
    return done
  }
