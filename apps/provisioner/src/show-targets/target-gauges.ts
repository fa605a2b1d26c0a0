import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Clock, secondsSince } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { targetStandings, targetState, type TargetStanding } from '#shared/provisioning'
import { ScrapedGauges, type Readings } from '#shared/service'

/** How far each target is, since when it waits, and whether it is held. */
@Injectable()
export class TargetGauges implements OnModuleInit {
  constructor(
    private readonly gauges: ScrapedGauges,
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.gauges.add(() => this.standing())
  }

  private async standing(): Promise<Readings> {
    const all = await targetStandings(this.connection)
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
