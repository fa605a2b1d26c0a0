import { parseArgs } from 'node:util'
import { DatabaseConnection } from '#shared/database'
import { allConsumers, NatsClient } from '#shared/messaging'
import { hasJourney, readJourney, serverStatus, waitsFor, type HandlerStatus } from '#shared/operations'
import type { Run } from '../command.js'
import { OpsFailure, UsageError } from '../failures.js'
import { journeyLines } from '../journey/journey.text.js'

/** Prints what happened to everything under a reference, or to a Task row, in order of time. No personal data is read. */
export const journey: Run = async (args, { looking, print, warn }) => {
  const { reference, json } = parse(args)
  await looking(async (parts, natsAway) => {
    const nats = natsAway === undefined ? parts.get(NatsClient) : { away: natsAway }
    const { lacks, ...found } = await readJourney(parts.get(DatabaseConnection), nats, reference)
    if (!found.claims.length && !found.entries.length)
      throw new OpsFailure(`nothing is known of ${reference}`)
    const statuses = 'away' in nats ? undefined : await handlersOf(nats)
    const waiting = waitsFor(found.entries, allConsumers(), statuses)
    if (json) print(JSON.stringify({ ...found, waiting }))
    else journeyLines({ ...found, waiting }).forEach(print)
    if (lacks !== undefined) warn(lacks)
  })
}

/** Undefined where it cannot be seen: what is known of the reference is worth printing without. */
async function handlersOf(nats: NatsClient): Promise<readonly HandlerStatus[] | undefined> {
  try {
    return (await serverStatus(nats)).handlers
  } catch {
    return undefined
  }
}

function parse(args: readonly string[]): { reference: string; json: boolean } {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [reference = '', ...others] = positionals
  if (!hasJourney(reference))
    throw new UsageError(
      'the reference is one to ten letters and digits; a Task row is named IntSchema.Task.12',
    )
  if (others.length) throw new UsageError('one reference at a time')
  return { reference, json: values.json }
}
