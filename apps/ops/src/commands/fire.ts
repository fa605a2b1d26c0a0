import { parseArgs } from 'node:util'
import { Clock, dayOf, type LocalDay } from '#shared/clock'
import { isJobName, jobNames, type JobName } from '#shared/contracts'
import { dayGiven } from '../arguments.js'
import { change, changeGiven, changeOptions, type ChangeGiven } from '../change.js'
import type { Run } from '../command.js'
import { UsageError } from '../failures.js'

/** Fires a scheduled job by hand, once for its date: what was fired for the date already is left at that. */
export const fire: Run = async (args, context) => {
  const { job, date: asked, again, longAgo, given } = parse(args)
  await context.connected(async (parts) => {
    const today = dayOf(parts.get(Clock).now())
    const date = asked ?? today
    if (date > today) throw new UsageError('the date has not come yet')
    const input = { job, date, again, longAgo }
    const { words } = await change(context, parts, { name: 'fire-job', input, given })
    context.print(words)
  })
}

interface Parsed {
  readonly job: JobName
  readonly date: LocalDay | undefined
  readonly again: boolean
  readonly longAgo: boolean
  readonly given: ChangeGiven
}

function parse(args: readonly string[]): Parsed {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      ...changeOptions,
      date: { type: 'string' },
      again: { type: 'boolean', default: false },
      'long-ago': { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  const [job, ...others] = positionals
  if (job === undefined || !isJobName(job)) throw new UsageError(`the job is one of ${jobNames.join(', ')}`)
  if (others.length) throw new UsageError('one job at a time')
  const { again, 'long-ago': longAgo } = values
  return { job, date: dayGiven(values.date), again, longAgo, given: changeGiven(values) }
}
