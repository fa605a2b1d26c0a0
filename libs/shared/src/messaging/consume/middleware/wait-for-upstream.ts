import type { MessageIdentity } from '../../../contracts/index.js'
import type { Log } from '../../../logging/index.js'
import { currentSpan, own, watchingUse } from '../../../telemetry/index.js'
import { classifyError } from '../../handlers/classify-error.js'
import type { HandlerGate } from '../../control/index.js'
import { afterMsOf, stopping, type Outcome } from '../../handlers/outcome.js'
import type { Delivery } from '../delivery.js'
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
    for (let everAsked = false; ;) {
      const pass = await gate.pass(delivery.id)
      if (pass.kind === 'stopped') return stopping
      const { outcome, error, asked } = await attempt(gate, next)
      if (outcome === stopping) return stopping
      everAsked ||= asked
      const what = await gate.learn(pass, delivery.id, outcome, asked)
      // A limit counts what is asked: what needed nothing leaves its part to another message.
      if (gate.upstream !== undefined && !everAsked && what === 'ends') gate.giveBack(1)
      // oxlint-disable-next-line typescript/only-throw-error -- what the handler threw goes on as it is
      if (error !== undefined && what === 'ends') throw error
      if (what === 'ends' || outcome.kind === 'done') return outcome
      // Tried again soon it would only keep others from being tried.
      if (what === 'goes-back') return { ...outcome, afterMs: delivery.definition.policy.backoff.capMs }
      await noteWaiting(delivery, outcome)
      await gate.rest(afterMsOf(outcome))
    }

    async function noteWaiting(
      waiting: Delivery,
      { reason }: Exclude<Outcome, { kind: 'done' }>,
    ): Promise<void> {
      currentSpan()?.event('waits for its upstream', { [own.reason]: reason })
      log.debug('message waits for its upstream', { ...deliveryFields(waiting), reason })
      await records.waiting(waiting, reason).catch((failure: unknown) => {
        log.error('waiting could not be recorded', failure, deliveryFields(waiting))
      })
    }
  }

interface Attempt {
  readonly outcome: Outcome
  /** What the handler threw instead. */
  readonly error?: unknown
  readonly asked: boolean
}

/** One try of the handler, with its hand given back afterwards. */
async function attempt(gate: HandlerGate, next: () => Promise<Outcome>): Promise<Attempt> {
  const use = { upstream: gate.upstream ?? '', asked: false }
  try {
    const outcome = await (gate.upstream === undefined ? next() : watchingUse(use, next))
    return { outcome, asked: use.asked }
  } catch (error) {
    return { outcome: classifyError(error), error, asked: use.asked }
  } finally {
    gate.release()
  }
}
