import type { MessageIdentity } from '../../contracts/index.js'
import type { Log } from '../../logging/index.js'
import { currentSpan, own } from '../../telemetry/index.js'
import { classifyError } from '../classify-error.js'
import type { HandlerGate } from '../control/index.js'
import { afterMsOf, stopping, type Outcome } from '../outcome.js'
import { deliveryFields } from './log-delivery.js'
import type { Middleware } from './middleware.js'

/** Where it is written down that a message waits. */
export interface WaitingRecords {
  waiting(message: MessageIdentity, reason: string): Promise<void>
}

/**
 * Keeps a message here while its handler is paused or its upstream is out, and then tries again: the same delivery, so
 * that waiting uses up no attempt. The server is told that work goes on.
 */
export const waitForUpstream =
  (gate: HandlerGate, records: WaitingRecords, log: Log): Middleware =>
  async (delivery, next) => {
    for (;;) {
      const pass = await gate.pass()
      if (pass.kind === 'stopped') return stopping
      const outcome = await next().catch(async (error: unknown): Promise<Outcome> => {
        const judged = classifyError(error)
        if (judged.kind === 'unavailable') return judged
        await gate.learn(pass, delivery.id, judged)
        throw error
      })
      if (outcome === stopping) return stopping
      if (!(await gate.learn(pass, delivery.id, outcome)) || outcome.kind === 'done') return outcome
      currentSpan()?.event('waits for its upstream', { [own.reason]: outcome.reason })
      log.debug('message waits for its upstream', { ...deliveryFields(delivery), reason: outcome.reason })
      await records.waiting(delivery, outcome.reason).catch((error: unknown) => {
        log.error('waiting could not be recorded', error, deliveryFields(delivery))
      })
      await gate.rest(afterMsOf(outcome))
    }
  }
