import { Injectable } from '@nestjs/common'
import { Clock, dayOf, toLondon } from '#shared/clock'
import { isJobName, slotOfTime, type Slot } from '#shared/contracts'
import { Log } from '#shared/logging'
import { NatsClient } from '#shared/messaging'
import {
  BrokerClock,
  ClocksApart,
  earliest,
  FireJob,
  firstFiring,
  NoTimetable,
  RunsUnderWay,
  scheduledJobs,
  ScheduleRuns,
  Schedules,
  ScheduleSettings,
  slotOf,
  type ScheduledJob,
} from '#shared/jobs'
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
  /** What this process has said of jobs that cannot be gone by. */
  private readonly refused = new Map<string, string>()
  /** The runs after a start that this process has taken, until they are fired. */
  private readonly started = new Map<string, Date>()
  /** The jobs whose run after this start was taken, by whomever. */
  private readonly startTaken = new Set<string>()
  /** The newest runs of jobs that are due by times, as far as this process knows. */
  private readonly newest = new Map<string, Slot>()
  /** When this process looked first. */
  private firstLook: Date | undefined
  /** When something was first fired by anybody; undefined until this process has seen it. */
  private firstFired: Date | undefined
  private jobs: readonly ScheduledJob[] = []

  constructor(
    private readonly schedules: Schedules,
    private readonly runs: ScheduleRuns,
    private readonly fireJob: FireJob,
    private readonly underWay: RunsUnderWay,
    private readonly brokerClock: BrokerClock,
    private readonly nats: NatsClient,
    private readonly missed: MissedJobsPublisher,
    private readonly settings: ScheduleSettings,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * Fires what is due now and was not fired, and says once what was missed. Repeating is safe, from several replicas too.
   * Never rejects: what fails is logged, and due again at the next call until it is too late. Fires and misses nothing
   * while this clock and the broker's disagree.
   */
  async publishDue(): Promise<void> {
    try {
      const { catchUpMinutes } = this.settings
      const now = this.clock.instant()
      this.firstLook ??= now
      const schedule = await this.look(now)
      const recorded = await this.runs.since(lookBackFrom(now, catchUpMinutes))
      const newest = await this.newestSlots(schedule, now)
      if (await this.clockIsWrong()) return
      this.firstFired ??= firstFiring(schedule, await this.runs.firstFired())
      const newSince = earliest(this.firstLook, this.firstFired)
      const { due, missed } = decideDue({ now, schedule, catchUpMinutes, recorded, newest, newSince })
      missed.forEach((run) => this.warnOnce(run))
      for (const run of await this.freeOf(due)) await this.fire(run)
      for (const job of schedule) await this.fireStarted(job, now)
      for (const run of missed) await this.announceOnce(run)
    } catch (error) {
      this.log.error('jobs could not be looked up; tried again in a minute', error)
    }
  }

  /** When something is due next, as far as the last look knew; undefined where nothing is. */
  nextAfter(now: Date): Date | undefined {
    const times = this.jobs.flatMap(({ paused, timetable }) => (paused ? [] : [timetable?.next(now)]))
    const starts = this.jobs.flatMap((job) => this.startOf(job) ?? [])
    const known = [...times, ...starts].flatMap((time) => (time && time > now ? [time.getTime()] : []))
    return known.length ? new Date(Math.min(...known)) : undefined
  }

  /** The jobs as things stand. A job without a row gets one; nobody's row is changed. */
  private async look(now: Date): Promise<readonly ScheduledJob[]> {
    const { jobs } = this.settings
    let rows = await this.schedules.rows()
    const missing = jobs.filter(({ name }) => rows.every(({ Job }) => Job !== name))
    for (const { name } of missing) await this.schedules.ensure(name)
    if (missing.length) rows = await this.schedules.rows()
    this.jobs = scheduledJobs(jobs, rows, now)
    this.jobs.forEach((job) => this.sayRefused(job))
    return this.jobs
  }

  /** The newest runs of the jobs that are due by times: of those that have a time that this process has not seen fired. */
  private async newestSlots(
    schedule: readonly ScheduledJob[],
    now: Date,
  ): Promise<ReadonlyMap<string, Slot>> {
    const open = schedule.filter((job) => {
      const due = job.declared.by === 'time' ? job.timetable?.newest(now) : undefined
      return due !== undefined && slotOf(job, due) !== this.newest.get(job.job)
    })
    if (open.length)
      for (const [job, slot] of await this.runs.newestSlots(open.map(({ job }) => job)))
        this.newest.set(job, slot)
    return this.newest
  }

  private sayRefused({ job, refused }: ScheduledJob): void {
    if (refused !== undefined && this.refused.get(job) !== refused)
      this.log.error(
        'a job is due by nothing that can be gone by: it is not fired',
        new NoTimetable(refused),
        {
          job,
        },
      )
    if (refused === undefined) this.refused.delete(job)
    else this.refused.set(job, refused)
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

  /** Without the runs of intervals of which the last one is under way, or may be: their time comes again. */
  private async freeOf(due: readonly DueRun[]): Promise<readonly DueRun[]> {
    const isInterval = ({ job }: DueRun) => job.timetable?.kind === 'interval'
    if (!due.some(isInterval) || !this.nats.isConnected) return due
    const open = await this.subjectsUnderWay()
    const held = due.filter((run) => isInterval(run) && (!open || open.has(run.job.declared.subject)))
    const outcome = open ? 'under-way' : 'failed'
    for (const { job } of held) counted().scheduleRuns.inc({ schedule: job.job, outcome })
    return due.filter((run) => !held.includes(run))
  }

  /** Undefined where the broker does not say: the other jobs need not wait for that. */
  private async subjectsUnderWay(): Promise<ReadonlySet<string> | undefined> {
    try {
      return await this.underWay.subjects()
    } catch (error) {
      this.log.error('no interval is fired: the broker does not say what is under way', error)
      return undefined
    }
  }

  private startOf({ job, paused, timetable }: ScheduledJob): Date | undefined {
    if (paused || this.firstLook === undefined || this.startTaken.has(job)) return undefined
    return timetable?.afterMs === undefined
      ? undefined
      : new Date(this.firstLook.getTime() + timetable.afterMs)
  }

  /** Fires what is due so long after the start, if no other scheduler that started with this one has. */
  private async fireStarted(job: ScheduledJob, now: Date): Promise<void> {
    const at = this.startOf(job)
    if (at && at <= now) {
      if (await this.schedules.takeStart(job.job, slotOfTime(now), this.firstLook ?? now))
        this.started.set(job.job, now)
      this.startTaken.add(job.job)
    }
    const due = this.started.get(job.job)
    if (due && (await this.fire({ job, slot: slotOfTime(due), due }))) this.started.delete(job.job)
  }

  /** @returns false where it failed: it is due again at the next look */
  private async fire({ job, slot, due }: DueRun): Promise<boolean> {
    const said = { job: job.job, date: slot }
    try {
      const { fired } = await this.fireJob.fire(job.declared, slot, toLondon(due))
      if (job.declared.by === 'time') this.newest.set(job.job, slot)
      counted().scheduleRuns.inc({ schedule: job.job, outcome: fired ? 'fired' : 'fired-elsewhere' })
      if (!fired) this.log.debug('job fired by another replica', said)
      // What comes every few seconds would hide all else.
      else if (job.declared.by === 'day') this.log.info('job fired', said)
      else this.log.debug('job fired', said)
      return true
    } catch (error) {
      counted().scheduleRuns.inc({ schedule: job.job, outcome: 'failed' })
      this.log.error('job could not be fired; tried again in a minute', error, said)
      return false
    }
  }

  private async announceOnce({ job: { job }, slot, due }: DueRun): Promise<void> {
    const key = `${job} ${slot}`
    if (this.announced.has(key) || !isJobName(job)) return
    const date = dayOf(toLondon(due))
    try {
      await this.missed.publish({ job, date })
      this.announced.add(key)
    } catch (error) {
      this.log.error('missed job could not be announced; tried again in a minute', error, { job, date })
    }
  }

  private warnOnce({ job: { job }, slot: date }: DueRun): void {
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
