import { z } from 'zod'
import {
  readSettings,
  setting,
  wholeNumberIn,
  type Environment,
  type SettingsGroup,
} from '../../config/index.js'
import { jobs, type JobName } from '../../contracts/index.js'
import { declaredJobs, timetableOf, type DeclaredJob } from './declared-jobs.js'

/** The minute and the hour of a job that is due once a day. */
const dailyTime = /^cron (\d+) (\d+) /

/** A London time of day, HH:MM, for a job that has one. */
function timeOfDay(job: JobName, words: string) {
  const [, minute = '', hour = ''] = dailyTime.exec(jobs[job].when) ?? []
  const fallback = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`
  return setting(
    z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .default(fallback),
    { words, form: 'HH:MM' },
  )
}

const weekMinutes = 7 * 24 * 60

const schema = z.object({
  SCHEDULE_AUTO_APPROVAL: timeOfDay('auto-approval', 'London time'),
  SCHEDULE_DAILY: timeOfDay('daily', 'London time'),
  SCHEDULE_PAYMENT_RUN: timeOfDay('payment-run', 'London time, Monday to Friday'),
  SCHEDULE_CATCH_UP_MINUTES: wholeNumberIn(1, weekMinutes, 10, {
    words: 'a job missed is caught up if it is less late than this',
  }),
})

export const scheduleSettingsGroup: SettingsGroup = { schema }

/** When the jobs are due by default: for the scheduler, which fires them, and for whoever looks at what it does. */
export class ScheduleSettings {
  readonly jobs: readonly DeclaredJob[]
  /** A job is fired while it is less than this many minutes late, one minute to a week. */
  readonly catchUpMinutes: number

  /** @throws SettingsError naming what is malformed, NoTimetable naming a job that is due by nothing that can be gone by */
  constructor(env: Environment, declared = declaredJobs) {
    const settings = readSettings(schema, env)
    const times: Readonly<Record<string, string>> = {
      'auto-approval': settings.SCHEDULE_AUTO_APPROVAL,
      daily: settings.SCHEDULE_DAILY,
      'payment-run': settings.SCHEDULE_PAYMENT_RUN,
    } satisfies Readonly<Partial<Record<JobName, string>>>
    this.jobs = declared.map((job) => ({ ...job, when: at(job.when, times[job.name]) }))
    this.catchUpMinutes = settings.SCHEDULE_CATCH_UP_MINUTES
    for (const job of this.jobs) timetableOf(job, job.when, job.zone)
  }
}

/** The same days at another time. */
function at(when: string, time: string | undefined): string {
  if (time === undefined) return when
  const [hour, minute] = time.split(':')
  return when.replace(dailyTime, `cron ${Number(minute)} ${Number(hour)} `)
}
