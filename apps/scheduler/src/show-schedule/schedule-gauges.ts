import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Clock, fromLondon, isTime } from '#shared/clock'
import {
  BrokerClock,
  hasNoNextRun,
  lastRunSinceChange,
  nextRun,
  scheduledJobs,
  ScheduleRuns,
  Schedules,
  ScheduleSettings,
  type ScheduledJob,
} from '#shared/jobs'
import { ScrapedGauges, type Readings } from '#shared/service'

/** When each job ran and runs next, for whoever watches that none is missed. The same from every replica. */
@Injectable()
export class ScheduleGauges implements OnModuleInit {
  /** As the database said last. */
  private jobs: readonly ScheduledJob[] = []

  constructor(
    private readonly gauges: ScrapedGauges,
    private readonly schedules: Schedules,
    private readonly runs: ScheduleRuns,
    private readonly brokerClock: BrokerClock,
    private readonly settings: ScheduleSettings,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    // Also while the database is away: by what it said last, or the settings.
    this.jobs = scheduledJobs(this.settings.jobs, [], this.clock.instant())
    this.gauges.addKnown(() => this.standing())
    this.gauges.addKnown(() => this.clockAhead())
    this.gauges.add(() => this.lastFired())
  }

  private standing(): Readings {
    const now = this.clock.instant()
    const gauge = (value: (job: ScheduledJob) => number | undefined) =>
      this.jobs.flatMap((job) => {
        const found = value(job)
        return found === undefined ? [] : [{ labels: { schedule: job.job }, value: found }]
      })
    return {
      scheduleNextDue: gauge((job) => seconds(nextRun(job, now))),
      schedulePaused: gauge(({ paused }) => Number(paused)),
      scheduleWithoutNext: gauge((job) => Number(hasNoNextRun(job, now))),
      scheduleChanged: gauge(({ since }) => seconds(since)),
      scheduleLastDue: gauge((job) => seconds(lastRunSinceChange(job, now))),
    }
  }

  private clockAhead(): Readings {
    const ms = this.brokerClock.lastAheadMs
    return ms === undefined ? {} : { clockAheadOfBroker: [{ value: ms / 1_000 }] }
  }

  private async lastFired(): Promise<Readings> {
    this.jobs = scheduledJobs(this.settings.jobs, await this.schedules.rows(), this.clock.instant())
    const known = new Set(this.jobs.map(({ job }) => job))
    const jobs = [...(await this.runs.lastFired())].filter(([job, fired]) => known.has(job) && isTime(fired))
    return {
      scheduleLastFired: jobs.map(([job, dateFired]) => ({
        labels: { schedule: job },
        value: fromLondon(dateFired).getTime() / 1_000,
      })),
    }
  }
}

const seconds = (time: Date | undefined): number | undefined => time && time.getTime() / 1_000
