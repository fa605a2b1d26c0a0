import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Clock, fromLondon, isTime } from '#shared/clock'
import { isJobName } from '#shared/contracts'
import { BrokerClock, nextRun, ScheduleRuns, ScheduleSettings } from '#shared/jobs'
import { ScrapedGauges, type Readings } from '#shared/service'

/** When each job ran and runs next, for whoever watches that none is missed. The same from every replica. */
@Injectable()
export class ScheduleGauges implements OnModuleInit {
  constructor(
    private readonly gauges: ScrapedGauges,
    private readonly runs: ScheduleRuns,
    private readonly brokerClock: BrokerClock,
    private readonly settings: ScheduleSettings,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    // The settings alone say when a job is due, also while the database is away.
    this.gauges.addKnown(() => this.nextDue())
    this.gauges.addKnown(() => this.clockAhead())
    this.gauges.add(() => this.lastFired())
  }

  private nextDue(): Readings {
    const now = this.clock.instant()
    return {
      scheduleNextDue: this.settings.schedule.map((scheduled) => ({
        labels: { schedule: scheduled.job },
        value: nextRun(scheduled, now).getTime() / 1_000,
      })),
    }
  }

  private clockAhead(): Readings {
    const ms = this.brokerClock.lastAheadMs
    return ms === undefined ? {} : { clockAheadOfBroker: [{ value: ms / 1_000 }] }
  }

  private async lastFired(): Promise<Readings> {
    const jobs = [...(await this.runs.lastFired())].filter(([job, fired]) => isJobName(job) && isTime(fired))
    return {
      scheduleLastFired: jobs.map(([job, dateFired]) => ({
        labels: { schedule: job },
        value: fromLondon(dateFired).getTime() / 1_000,
      })),
    }
  }
}
