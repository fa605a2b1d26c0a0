import { parseArgs } from 'node:util'
import type { INestApplicationContext } from '@nestjs/common'
import { addDays, Clock, dayOf, toLondon, type LocalDay } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { NatsClient } from '#shared/messaging'
import { ScheduleSettings } from '#shared/schedule'
import { ENVIRONMENT } from '#shared/service'
import { dayGiven } from '../arguments.js'
import { UsageError, type Run } from '../command.js'
import { briefly } from '../connect.js'
import { dayOfJobs, type DayKnown } from '../schedule/day-of-jobs.rules.js'
import { dayLines } from '../schedule/day-of-jobs.text.js'
import { scheduleConsumers } from '../schedule/job-consumers.js'
import { JobRecords } from '../schedule/job-records.repository.js'

/** How many days of runs tell which consumers there are, where the server cannot be asked. */
const daysOfRuns = 14

/** Prints a day of jobs: when each was due and fired, how its consumers' runs went, and when it runs next. */
export const schedule: Run = async (args, { looking, print, warn }) => {
  const { date: given, json } = parse(args)
  await looking(async (parts, natsAway) => {
    const now = parts.get(Clock).instant()
    const date = given ?? dayOf(toLondon(now))
    const { consumers, lacks } = await readConsumers(parts, natsAway)
    const jobs = dayOfJobs({ ...(await readDay(parts, date)), now, consumers })
    const day = { date, now: toLondon(now), jobs }
    if (json) print(JSON.stringify(day))
    else dayLines(day).forEach(print)
    if (lacks !== undefined)
      warn(`listed are only the consumers that ran in the ${daysOfRuns} days before: ${lacks}`)
  })
}

function parse(args: readonly string[]): { date: LocalDay | undefined; json: boolean } {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { date: { type: 'string' }, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  if (positionals.length) throw new UsageError('the date is given with --date')
  return { date: dayGiven(values.date), json: values.json }
}

async function readDay(
  parts: INestApplicationContext,
  date: LocalDay,
): Promise<Omit<DayKnown, 'now' | 'consumers'>> {
  const { schedule, catchUpMinutes } = new ScheduleSettings(parts.get(ENVIRONMENT))
  const records = new JobRecords(parts.get(DatabaseConnection))
  const firings = await records.firings(date)
  const lastFired = await records.lastFired()
  const runs = await records.runs(addDays(date, -daysOfRuns), date)
  return { date, schedule, catchUpMinutes, firings, lastFired, runs }
}

/** `lacks`: why the server's consumers are not known. */
async function readConsumers(
  parts: INestApplicationContext,
  natsAway: string | undefined,
): Promise<{ consumers: DayKnown['consumers']; lacks?: string }> {
  if (natsAway !== undefined) return { consumers: undefined, lacks: natsAway }
  try {
    return { consumers: await scheduleConsumers(parts.get(NatsClient).manager) }
  } catch (error) {
    return { consumers: undefined, lacks: briefly(error) }
  }
}
