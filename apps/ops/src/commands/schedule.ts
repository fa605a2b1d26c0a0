import { parseArgs } from 'node:util'
import { Clock, dayOf, toLondon, type LocalDay } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { NatsClient } from '#shared/messaging'
import { readDay } from '#shared/operations'
import { ENVIRONMENT } from '#shared/config'
import { dayGiven } from '../arguments.js'
import type { Run } from '../command.js'
import { UsageError } from '../failures.js'
import { dayLines } from '../schedule/day-of-jobs.text.js'

/** Prints a day of jobs: when each was due and fired, how its consumers' runs went, and when it runs next. */
export const schedule: Run = async (args, { looking, print, warn }) => {
  const { date: given, json } = parse(args)
  await looking(async (parts, natsAway) => {
    const now = parts.get(Clock).instant()
    const date = given ?? dayOf(toLondon(now))
    const nats = natsAway === undefined ? parts.get(NatsClient) : { away: natsAway }
    const connection = parts.get(DatabaseConnection)
    const { jobs, lacks } = await readDay({ env: parts.get(ENVIRONMENT), connection, nats }, date, now)
    const day = { date, now: toLondon(now), jobs }
    if (json) print(JSON.stringify(day))
    else dayLines(day).forEach(print)
    if (lacks !== undefined) warn(lacks)
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
