import { z } from 'zod'
import {
  readSettings,
  setting,
  wholeNumberIn,
  type Environment,
  type SettingsGroup,
} from '../../config/index.js'
import type { ScheduledJob } from './due.rules.js'

/** A London time of day, HH:MM, with a default. */
const timeOfDay = (fallback: string, words = '') =>
  setting(
    z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .default(fallback),
    { words, form: 'HH:MM' },
  )

const weekMinutes = 7 * 24 * 60

const schema = z.object({
  SCHEDULE_AUTO_APPROVAL: timeOfDay('03:30', 'London time'),
  SCHEDULE_DAILY: timeOfDay('04:30', 'London time'),
  SCHEDULE_PAYMENT_RUN: timeOfDay('00:05', 'London time, Monday to Friday'),
  SCHEDULE_CATCH_UP_MINUTES: wholeNumberIn(1, weekMinutes, 10, {
    words: 'a job missed is caught up if it is less late than this',
  }),
})

export const scheduleSettingsGroup: SettingsGroup = { schema }

/** When the jobs are due: for the scheduler, which fires them, and for whoever looks at what it does. */
export class ScheduleSettings {
  readonly schedule: readonly ScheduledJob[]
  /** A job is fired while it is less than this many minutes late, one minute to a week. */
  readonly catchUpMinutes: number

  /** @throws SettingsError naming what is malformed */
  constructor(env: Environment) {
    const settings = readSettings(schema, env)
    this.schedule = [
      { job: 'auto-approval', time: settings.SCHEDULE_AUTO_APPROVAL, days: 'every-day' },
      { job: 'daily', time: settings.SCHEDULE_DAILY, days: 'every-day' },
      { job: 'payment-run', time: settings.SCHEDULE_PAYMENT_RUN, days: 'monday-to-friday' },
    ]
    this.catchUpMinutes = settings.SCHEDULE_CATCH_UP_MINUTES
  }
}
