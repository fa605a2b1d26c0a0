import { parseArgs } from 'node:util'
import { Clock, dayOf, type LocalDay } from '#shared/clock'
import { isJobName, jobNames, type JobName } from '#shared/contracts'
import { FireJob } from '#shared/schedule'
import { dayGiven } from '../arguments.js'
import { UsageError, type Run } from '../command.js'

/** Fires a scheduled job by hand, once for its date: what was fired for the date already is left at that. */
export const fire: Run = async (args, { connected, print }) => {
  const { job, date: given, again } = parse(args)
  await connected(async (parts) => {
    const now = parts.get(Clock).now()
    const today = dayOf(now)
    const date = given ?? today
    // Jobs count from their date: they would remind, reject and delete before the time.
    if (date > today) throw new UsageError('the date has not come yet')
    // By hand, a job is due when the operator says so.
    const result = await parts.get(FireJob).fire(job, date, now, { again })
    print(
      result.fired
        ? `${job} for ${date}: published`
        : `${job} for ${date}: fired already, at ${result.dateFired.slice(0, 19)}; not published again`,
    )
  })
}

function parse(args: readonly string[]): { job: JobName; date: LocalDay | undefined; again: boolean } {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { date: { type: 'string' }, again: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [job, ...others] = positionals
  if (job === undefined || !isJobName(job)) throw new UsageError(`the job is one of ${jobNames.join(', ')}`)
  if (others.length) throw new UsageError('one job at a time')
  return { job, date: dayGiven(values.date), again: values.again }
}
