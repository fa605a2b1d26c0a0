import { retry, type Outcome } from '../../handlers/outcome.js'
import type { Delivery } from '../delivery.js'
import type { Middleware } from './middleware.js'

/** How often overdue handlers are looked for; one timer serves them all. */
const tickMs = 100

/**
 * Bounds how long a handler may take. What it still does afterwards changes nothing twice: the transaction of a
 * later delivery finds the message done, or does it.
 */
export class TimeOut {
  private readonly running = new Map<Delivery, { deadline: number; expire: (outcome: Outcome) => void }>()
  private timer: NodeJS.Timeout | undefined

  readonly middleware: Middleware = (delivery, next) =>
    new Promise((resolve, fail) => {
      const deadline = performance.now() + delivery.definition.policy.timeOutMs
      this.running.set(delivery, { deadline, expire: resolve })
      this.timer ??= setInterval(() => this.expireOverdue(), tickMs).unref()
      const end = () => this.running.delete(delivery)
      next().then(
        (outcome) => {
          end()
          resolve(outcome)
        },
        (error: unknown) => {
          end()
          // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what the handler threw goes on as it is
          fail(error)
        },
      )
    })

  stop(): void {
    clearInterval(this.timer)
    this.timer = undefined
  }

  private expireOverdue(): void {
    const now = performance.now()
    for (const [delivery, { deadline, expire }] of this.running) {
      if (deadline > now) continue
      this.running.delete(delivery)
      delivery.abort()
      expire(retry('timed-out'))
    }
  }
}
