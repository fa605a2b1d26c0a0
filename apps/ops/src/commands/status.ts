import { parseArgs } from 'node:util'
import { databaseStatus, serverStatus } from '#shared/operations'
import type { Run } from '../command.js'
import { OpsFailure } from '../failures.js'
import { briefly } from '#shared/logging'
import type { Halves } from '../halves.js'
import { databaseLines, serverLines } from '../status/status.text.js'

/** How everything stands: what is stored, what waits, what is held up, what was given up. Changes nothing. */
export const status: Run = async (args, { lookingAtHalves, print }) => {
  const { json } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
  }).values
  await lookingAtHalves(async (halves) => {
    const server = await half(serverOf(halves))
    const database = await half(databaseOf(halves))
    if (json) print(JSON.stringify({ server: server.found ?? null, database: database.found ?? null }))
    else {
      if (server.found) serverLines(server.found).forEach(print)
      if (server.found && database.found) print('')
      if (database.found) databaseLines(database.found).forEach(print)
    }
    const lacks = [server.lacks, database.lacks].filter((why) => why !== undefined)
    if (lacks.length) throw new OpsFailure(`not all could be looked at: ${lacks.join('; ')}`)
  })
}

/** What was found, or why it was not. */
async function half<T>(answer: Promise<T>): Promise<{ found?: T; lacks?: string }> {
  try {
    return { found: await answer }
  } catch (error) {
    return { lacks: error instanceof OpsFailure ? error.message : briefly(error) }
  }
}

async function serverOf({ nats }: Halves) {
  if ('away' in nats) throw new OpsFailure(nats.away)
  return serverStatus(nats)
}

async function databaseOf({ database, now }: Halves) {
  if ('away' in database) throw new OpsFailure(database.away)
  return databaseStatus(database, now)
}
