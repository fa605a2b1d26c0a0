import { parseArgs } from 'node:util'
import { Clock, dayOf, toLondon, type LocalDay } from '#shared/clock'
import { isJobName, jobNames, type JobName } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { NatsClient } from '#shared/messaging'
import { readDay } from '#shared/operations'
import { ENVIRONMENT } from '#shared/config'
import { dayGiven } from '../arguments.js'
import { change, changeGiven, changeOptions, type ChangeGiven } from '../change.js'
import type { OpsContext, Run } from '../command.js'
import { UsageError } from '../failures.js'
import { dayLines } from '../schedule/day-of-jobs.text.js'

/** Prints a day of jobs: when each was due and fired, how its consumers' runs went, and when it runs next; or changes when one is due. */
export const schedule: Run = async (args, context) => {
  const parsed = parse(args)
  if ('said' in parsed) return say(parsed, context)
  const { looking, print, warn } = context
  await looking(async (parts, natsAway) => {
    const now = parts.get(Clock).instant()
    const date = parsed.date ?? dayOf(toLondon(now))
    const nats = natsAway === undefined ? parts.get(NatsClient) : { away: natsAway }
    const connection = parts.get(DatabaseConnection)
    const { jobs, lacks } = await readDay({ env: parts.get(ENVIRONMENT), connection, nats }, date, now)
    const day = { date, now: toLondon(now), jobs }
    if (parsed.json) print(JSON.stringify(day))
    else dayLines(day).forEach(print)
    if (lacks !== undefined) warn(lacks)
  })
}

interface Said {
  readonly said: 'pause-job' | 'resume-job' | 'change-job'
  readonly job: JobName
  readonly when: string | null
  readonly zone: string | null
  readonly given: ChangeGiven
  readonly json: boolean
}

async function say({ said, job, when, zone, given, json }: Said, context: OpsContext): Promise<void> {
  // It is the database's: it can be said while the broker is away.
  await context.looking(async (parts) => {
    const { result, words } =
      said === 'change-job'
        ? await change(context, parts, { name: said, input: { job, when, zone }, given })
        : await change(context, parts, { name: said, input: { job }, given })
    context.print(json ? JSON.stringify(result) : words)
  })
}

type Parsed = Said | { readonly date: LocalDay | undefined; readonly json: boolean }

function parse(args: readonly string[]): Parsed {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      ...changeOptions,
      date: { type: 'string' },
      when: { type: 'string' },
      zone: { type: 'string' },
      default: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  const { json } = values
  const [word, job = '', ...others] = positionals
  if (word === undefined) {
    const others = [values.when, values.zone, values.reason].some((each) => each !== undefined)
    if (others || values.default) throw new UsageError('change what, and of which job?')
    return { date: dayGiven(values.date), json }
  }
  if (word !== 'pause' && word !== 'resume' && word !== 'change')
    throw new UsageError('the date is given with --date')
  if (!isJobName(job) || others.length) throw new UsageError(`the job is one of ${jobNames.join(', ')}`)
  if ((word === 'change') !== (values.when !== undefined || values.default))
    throw new UsageError('change, and nothing else, has --when or --default')
  if (values.when !== undefined && values.default) throw new UsageError('--when or --default, not both')
  const { when = null, zone = null } = values
  return { said: `${word}-job`, job, when, zone, given: changeGiven(values), json }
}
