import { Injectable } from '@nestjs/common'
import { flowState } from '#shared/flows'
import { Log } from '#shared/logging'
import { NatsClient } from '#shared/messaging'
import { TaskRelay } from '../relay-tasks/task-relay.service.js'
import { readOwed } from '../republish-quiet/republish-quiet.rules.js'
import { pauseAfter, restMs, roomFor } from './advance-flows.rules.js'
import { CancelledFlows } from './cancelled-flows.repository.js'
import { FlowItems } from './flow-items.repository.js'
import { FlowSteps } from './flow-steps.repository.js'
import { flowName, OpenFlows, type OpenFlow } from './open-flows.repository.js'
import { ReopenedFlows } from './reopened-flows.repository.js'
import { StubbornFlows } from './stubborn-flows.service.js'

/** How often what has ended with failures is looked at again, in milliseconds. */
const reopenMs = 2_000

/** Has flows go on: begins them, has their items published, and ends their steps. Why here: ADR 46. */
@Injectable()
export class AdvanceFlows {
  private lookedAgain = -Infinity

  constructor(
    private readonly flows: OpenFlows,
    private readonly steps: FlowSteps,
    private readonly items: FlowItems,
    private readonly cancelled: CancelledFlows,
    private readonly reopened: ReopenedFlows,
    private readonly stubborn: StubbornFlows,
    private readonly relay: TaskRelay,
    private readonly nats: NatsClient,
    private readonly log: Log,
  ) {}

  /**
   * Looks once. What keeps one flow from going on keeps no other: it is named, and waits as it is.
   * @returns milliseconds until it is worth looking again: `restMs` where there was nothing to do
   * @throws if nothing can be asked of the database, or nothing written to it
   */
  async advance(): Promise<number> {
    if (performance.now() - this.lookedAgain > reopenMs) {
      this.lookedAgain = performance.now()
      await this.reopen()
    }
    const open = await this.flows.all()
    const underWay = new Set(open.flatMap(({ kind, state }) => (state === flowState.waiting ? [] : [kind])))
    let pauseMs = restMs
    for (const flow of open) {
      // It waits until the one before it has ended; the index would refuse it.
      if (flow.state === flowState.waiting && underWay.has(flow.kind)) continue
      underWay.add(flow.kind)
      pauseMs = Math.min(pauseMs, (await this.stubborn.alone(flow, () => this.next(flow))) ?? restMs)
    }
    return pauseMs
  }

  /** Flows that ended with failures of which some are none any more. */
  private async reopen(): Promise<void> {
    let count = 0
    for (const step of await this.reopened.changedSinceTheirEnd())
      if (await this.stubborn.alone(step, () => this.reopened.reopen(step))) count += 1
    if (count) this.log.info('flows go on: what had failed is done again', { count })
  }

  private async next(flow: OpenFlow): Promise<number> {
    const { state, step } = flow
    if (state === flowState.cancelling) return this.cancel(flow)
    if (state === flowState.waiting) return this.start(flow)
    if (!step) return restMs
    if (state !== flowState.running) {
      await this.items.park(step.stepId)
      return restMs
    }
    const failing = await this.items.failingInARow(step.stepId, flow.resumed)
    if (failing >= step.holdAfter) return this.hold(flow, step.name, failing)
    const underWay = await this.items.underWay(step.stepId)
    const released = await this.release(step.stepId, roomFor(underWay), flow.resumed)
    if (underWay || released) return pauseAfter(released)
    return this.end(flow, step)
  }

  private async start(flow: OpenFlow): Promise<number> {
    const first = await this.steps.start(flow)
    if (!first) return restMs
    this.log.info('flow begun', nameOf(flow))
    await this.relay.publish([first])
    return 0
  }

  private async release(stepId: number, room: number, resumed: string | null): Promise<number> {
    // Nobody could be told: they may as well go on waiting.
    if (!room || !this.nats.isConnected) return 0
    const rows = await this.items.release(stepId, room)
    const owed = rows.map((row) => readOwed(row))
    const messages = owed.flatMap((each) => (each.kind === 'message' ? [each.message] : []))
    // The stream may remember those that were there before the flow was held.
    await this.relay.publish(messages, resumed === null ? undefined : `resumed.${resumed}`)
    return rows.length
  }

  private async end(flow: OpenFlow, step: NonNullable<OpenFlow['step']>): Promise<number> {
    const ended = await this.steps.endIfDone(flow, step)
    if (ended.kind === 'open') return restMs
    this.log.info('step of a flow ended', { ...nameOf(flow), step: step.name })
    if (ended.kind === 'next') await this.relay.publish([ended.message])
    else this.log.info('flow ended', { ...nameOf(flow), outcome: ended.state })
    return 0
  }

  private async hold(flow: OpenFlow, step: string, count: number): Promise<number> {
    if (await this.flows.hold(flow.flowId, 'failures-in-a-row'))
      this.log.warn('flow held: too much fails', { ...nameOf(flow), step, count })
    return 0
  }

  private async cancel(flow: OpenFlow): Promise<number> {
    if (!(await this.cancelled.cancelSome(flow))) return 0
    this.log.info('flow ended', { ...nameOf(flow), outcome: flowState.cancelled })
    return restMs
  }
}

const nameOf = (flow: OpenFlow) => ({ flow: flowName(flow), run: String(flow.run) })
