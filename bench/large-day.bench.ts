import { scheduleMessageId, subjects } from '#shared/contracts'
import { createOwnerIndexes } from '#shared/database'
import { insertOldData } from '../testing/simulators/external-web-app/index.js'
import { memoryOf } from '../testing/services/index.js'
import { ClaimsWorld } from './claims-world.js'
import type { Benchmark, Figure } from './figures.js'
import { until } from './until.js'

const claims = 50_000
const limitMs = 1_800_000
const service = 'daily-tasks'

/** Very many claims to clean up, and very many to archive: how fast, and in how much memory. */
export const largeDayBench: Benchmark = async (progress) => {
  const world = await ClaimsWorld.start()
  try {
    progress(`large-day: inserting ${claims} reviewed and ${claims} abandoned claims`)
    const now = world.clock.now()
    await createOwnerIndexes(world.connection)
    await insertOldData(world.connection, { reviewed: claims, abandoned: claims, days: 400, now, first: 2 })
    for (const name of ['task-relay', service]) await world.startService(name)
    const cleanUp = await measured(world, 'ExtSchema.Claim', () => fireDaily(world))
    progress(`large-day: cleaned up, ${Math.round(cleanUp)} claims/s`)
    const archive = await measured(world, 'IntSchema.Claim', () => archiveOldClaims(world))
    progress(`large-day: archived, ${Math.round(archive)} claims/s`)
    return [
      { name: `${claims} claims cleaned up, a file each`, value: cleanUp, unit: 'claims/s' },
      { name: `${claims} claims archived`, value: archive, unit: 'claims/s' },
      ...world.services.map(memoryFigure),
    ]
  } finally {
    await world.stop()
  }
}

const memoryFigure = ({ name, pid }: { name: string; pid: number }): Figure => ({
  name: `${name}, memory at its peak on a large day`,
  value: memoryOf(pid).peak,
  unit: 'MB',
  target: { under: 200 },
})

/** Claims a second from `start` until none is left and no message is owed. */
async function measured(
  world: ClaimsWorld,
  table: 'ExtSchema.Claim' | 'IntSchema.Claim',
  start: () => Promise<void>,
): Promise<number> {
  const begun = performance.now()
  await start()
  const { db } = world.connection
  await until(
    `${table} is empty`,
    async () => {
      const [left] = await db.selectFrom(table).select('ClaimId').limit(1).execute()
      return !left && (await world.isIdle())
    },
    { everyMs: 100, limitMs },
  )
  return claims / ((performance.now() - begun) / 1_000)
}

async function fireDaily(world: ClaimsWorld): Promise<void> {
  const date = world.clock.now().slice(0, 10)
  await world.publish(subjects.scheduleDaily, { date }, scheduleMessageId(subjects.scheduleDaily, date))
}

async function archiveOldClaims({ connection, clock }: ClaimsWorld): Promise<void> {
  await connection.db
    .insertInto('IntSchema.Task')
    .values({ Task: 'ARCHIVE-OLD-CLAIMS', Status: 'PENDING', DateCreated: clock.now() })
    .execute()
}
