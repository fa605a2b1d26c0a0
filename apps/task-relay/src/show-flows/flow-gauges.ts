import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Clock, clocksApartMs, fromLondon, isTime } from '#shared/clock'
import { flowState } from '#shared/flows'
import { ScrapedGauges, type Readings } from '#shared/service'
import { FlowsProgress, type FlowProgress } from './flow-progress.repository.js'

const held: readonly string[] = [flowState.held, flowState.waitingForApproval]

/** How far large work is, and whether it goes on: from the service that has it go on. */
@Injectable()
export class FlowGauges implements OnModuleInit {
  constructor(
    private readonly gauges: ScrapedGauges,
    private readonly flows: FlowsProgress,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.gauges.add(() => this.standing())
  }

  private async standing(): Promise<Readings> {
    const open = await this.flows.open()
    const kinds = [...new Set(open.map(({ kind }) => kind))]
    const gauge = (value: (flows: readonly FlowProgress[]) => number) =>
      kinds.map((flow) => ({ labels: { flow }, value: value(open.filter(({ kind }) => kind === flow)) }))
    return {
      flowOpenItems: gauge((flows) => flows.reduce((sum, { open: items }) => sum + items, 0)),
      flowHeld: gauge((flows) => Number(flows.some(({ state }) => held.includes(state)))),
      flowIdle: gauge((flows) => this.idle(flows)),
    }
  }

  /**
   * Of what a person holds nothing is expected. While one of a kind goes on, another one waits for it: that it has come says
   * nothing of the one that goes on, or does not.
   */
  private idle(flows: readonly FlowProgress[]): number {
    if (flows.some(({ state }) => held.includes(state))) return 0
    const begun = flows.filter(({ state }) => state !== flowState.waiting)
    return Math.min(...(begun.length ? begun : flows).map(({ moved }) => this.secondsSince(moved)))
  }

  /** What was written by a clock far ahead of this one says nothing, but where there is nothing else. */
  private secondsSince(times: readonly string[]): number {
    const now = this.clock.instant().getTime()
    const instants = times.flatMap((time) => (isTime(time) ? [fromLondon(time).getTime()] : []))
    const come = instants.filter((instant) => instant <= now + clocksApartMs)
    return Math.max(0, (now - Math.max(...(come.length ? come : instants), 0)) / 1_000)
  }
}
