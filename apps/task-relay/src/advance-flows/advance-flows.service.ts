import { Injectable } from '@nestjs/common'
import { flowState } from '#shared/flows'
import { Log } from '#shared/logging'
import { NatsClient } from '#shared/messaging'
import { TaskRelay } from '../relay-tasks/task-relay.service.js'
import { readOwed } from '../republish-quiet/republish-quiet.rules.js'
import { roomFor } from './advance-flows.rules.js'
import { FlowRows, type OpenFlow } from './flow-rows.repository.js'

/** How often what has ended with failures is looked at again, in milliseconds. */
const reopenMs = 2_000

/** Has flows go on: begins them, has their items published, and ends their steps. Why here: ADR 46. */
@Injectable()
export class AdvanceFlows {
  private lookedAgain = -Infinity

  constructor(
    private readonly flows: FlowRows,
    private readonly relay: TaskRelay,
    private readonly nats: NatsClient,
    private readonly log: Log,
  ) {}

  /** Looks once. @returns whether there is more to do at once */
  async advance(): Promise<boolean> {
    if (performance.now() - this.lookedAgain > reopenMs) {
      this.lookedAgain = performance.now()
      const count = await this.flows.reopen()
      if (count) this.log.info('flows go on: what had failed is done again', { count })
    }
    const open = await this.flows.open()
    const underWay = new Set(open.flatMap(({ kind, state }) => (state === flowState.waiting ? [] : [kind])))
    let more = false
    for (const flow of open) {
      // It waits until the one before it has ended; the index would refuse it.
      if (flow.state === flowState.waiting && underWay.has(flow.kind)) continue
      underWay.add(flow.kind)
      more = (await this.next(flow)) || more
    }
    return more
  }

  private async next(flow: OpenFlow): Promise<boolean> {
    const { state, step } = flow
    if (state === flowState.cancelling) return this.cancel(flow)
    if (state === flowState.waiting) return this.start(flow)
    if (!step) return false
    if (state !== flowState.running) {
      await this.flows.park(step.stepId)
      return false
    }
    const failing = await this.flows.failingInARow(step.stepId, flow.resumed)
    if (failing >= step.holdAfter) return this.hold(flow, step.name, failing)
    const underWay = await this.flows.underWay(step.stepId)
    const released = await this.release(step.stepId, roomFor(underWay), flow.resumed)
    if (underWay || released) return released > 0
    return this.end(flow, step)
  }

  private async start(flow: OpenFlow): Promise<boolean> {
    const first = await this.flows.start(flow)
    if (!first) return false
    this.log.info('flow begun', nameOf(flow))
    await this.relay.publish([first])
    return true
  }

  private async release(stepId: number, room: number, resumed: string | null): Promise<number> {
    // Nobody could be told: they may as well go on waiting.
    if (!room || !this.nats.isConnected) return 0
    const rows = await this.flows.release(stepId, room)
    const owed = rows.map((row) => readOwed(row))
    const messages = owed.flatMap((each) => (each.kind === 'message' ? [each.message] : []))
    // The stream may remember those that were there before the flow was held.
    await this.relay.publish(messages, resumed === null ? undefined : `resumed.${resumed}`)
    return rows.length
  }

  private async end(flow: OpenFlow, step: NonNullable<OpenFlow['step']>): Promise<boolean> {
    const ended = await this.flows.endIfDone(flow, step)
    if (ended.kind === 'open') return false
    this.log.info('step of a flow ended', { ...nameOf(flow), step: step.name })
    if (ended.kind === 'next') await this.relay.publish([ended.message])
    else this.log.info('flow ended', { ...nameOf(flow), outcome: ended.state })
    return true
  }

  private async hold(flow: OpenFlow, step: string, count: number): Promise<boolean> {
    if (await this.flows.hold(flow.flowId, 'failures-in-a-row'))
      this.log.warn('flow held: too much fails', { ...nameOf(flow), step, count })
    return true
  }

  private async cancel(flow: OpenFlow): Promise<boolean> {
    if (!(await this.flows.cancelSome(flow))) return true
    this.log.info('flow ended', { ...nameOf(flow), outcome: flowState.cancelled })
    return false
  }
}

const nameOf = ({ kind, flowId, run }: OpenFlow) => ({ flow: `${kind} ${flowId}`, run: String(run) })
