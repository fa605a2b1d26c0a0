import { Injectable } from '@nestjs/common'
import { Clock, toLondon } from '#shared/clock'
import { Log } from '#shared/logging'
import { NatsClient } from '#shared/messaging'
import { BrokerClock, ClocksApart, FireJob, ScheduleRuns, ScheduleSettings } from '#shared/jobs'
import { counted } from '#shared/telemetry'
import { MissedJobsPublisher } from './missed-jobs.publisher.js'
import { decideDue, lookBackFrom, type DueRun } from './publish-due.rules.js'

/** Fires the jobs that are due. */
@Injectable()
export class PublishDue {
  /** Missed runs this process has warned of. */
  private readonly warned = new Set<string>()
  /** Missed runs this process has published. */
  private readonly announced = new Set<string>()
  /** When this process looked first. */
  private firstLook: Date | undefined

  constructor(
    private readonly runs: ScheduleRuns,
    private readonly jobs: FireJob,
    private readonly brokerClock: BrokerClock,
    private readonly nats: NatsClient,
    private readonly missed: MissedJobsPublisher,
    private readonly settings: ScheduleSettings,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Fires what is due now and was not fired for its date, and says once what was missed. Repeating is safe,
   * from several replicas too. Never rejects: what fails is logged, and due again at the next call until it is too
   * late. Fires and misses nothing while this clock and the broker's disagree.
   */
  async publishDue(): Promise<void> {
    try {
      const { schedule, catchUpMinutes } = this.settings
      const now = this.clock.instant()
      this.firstLook ??= now
      const recorded = await this.runs.since(lookBackFrom(now, catchUpMinutes))
      if (await this.clockIsWrong()) return
      const isNew = !recorded.length && !(await this.runs.lastFired()).size
      const newSince = isNew ? this.firstLook : undefined
      const { due, missed } = decideDue({ now, schedule, catchUpMinutes, recorded, newSince })
      missed.forEach((run) => this.warnOnce(run))
      for (const run of due) await this.fire(run)
      for (const run of missed) await this.announceOnce(run)
    } catch (error) {
      this.log.error('jobs could not be looked up; tried again in a minute', error)
    }
  }

  /** Whether this clock is not to be gone by. While nobody can be asked, nothing can be fired either. */
  private async clockIsWrong(): Promise<boolean> {
    if (!this.nats.isConnected) return false
    try {
      await this.brokerClock.assertTogether()
      return false
    } catch (error) {
      if (!(error instanceof ClocksApart)) throw error
      this.log.error('no job is fired: this clock and that of the broker disagree', error, {
        ms: Math.round(error.aheadMs),
      })
      return true
    }
  }

  private async fire({ job, date, due }: DueRun): Promise<void> {
    try {
      const { fired } = await this.jobs.fire(job, date, toLondon(due))
      counted().scheduleRuns.inc({ schedule: job, outcome: fired ? 'fired' : 'fired-elsewhere' })
      if (fired) this.log.info('job fired', { job, date })
      else this.log.debug('job fired by another replica', { job, date })
    } catch (error) {
      counted().scheduleRuns.inc({ schedule: job, outcome: 'failed' })
      this.log.error('job could not be fired; tried again in a minute', error, { job, date })
    }
  }

  private async announceOnce({ job, date }: DueRun): Promise<void> {
    const key = `${job} ${date}`
    if (this.announced.has(key)) return
    try {
      await this.missed.publish({ job, date })
      this.announced.add(key)
    } catch (error) {
      this.log.error('missed job could not be announced; tried again in a minute', error, { job, date })
    }
  }

  private warnOnce({ job, date }: DueRun): void {
    const key = `${job} ${date}`
    if (this.warned.has(key)) return
    this.warned.add(key)
    counted().scheduleRuns.inc({ schedule: job, outcome: 'missed' })
    this.log.warn('job missed and too late to catch up: if it is still wanted, fire it by hand', {
      job,
      date,
    })
  }
}
