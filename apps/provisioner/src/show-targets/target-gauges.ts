import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Clock, secondsSince } from '#shared/clock'
import { targetState, Targets, type TargetStanding } from '#shared/provisioning'
import { ScrapedGauges, type Readings } from '#shared/service'

/** How far each target is, since when it waits, and whether it is held. */
@Injectable()
export class TargetGauges implements OnModuleInit {
  constructor(
    private readonly gauges: ScrapedGauges,
    private readonly targets: Targets,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.gauges.add(() => this.standing())
  }

  private async standing(): Promise<Readings> {
    const all = await this.targets.standings()
    const now = this.clock.instant()
    const gauge = (value: (target: TargetStanding) => number) =>
      all.map((target) => ({ labels: { target: target.name }, value: value(target) }))
    return {
      targetUnconfirmed: gauge(({ wanted, confirmed }) => wanted - confirmed),
      targetFailed: gauge(({ failed }) => failed),
      targetOldestAge: gauge(({ since }) => secondsSince(since, now)),
      targetHeld: gauge(({ state }) => Number(state === targetState.held)),
    }
  }
}
