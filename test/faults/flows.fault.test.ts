import { afterEach, describe, expect, it } from 'vitest'
import { archiveIndexes, createOwnerIndexes, type Database } from '#shared/database'
import { archivableId, archivableRows, eligibilityRows } from '../support/cases/archive.cases.js'
import { rowId } from '../support/claim-rows.js'
import { Processes } from '../support/processes.js'
import { loseStore } from '../support/restore.js'
import { edit, merge, set } from '../support/row-sets.js'
import { insertRows, type Rows } from '../support/rows.js'
import { runOps } from '../support/run-ops.js'
import { until } from '../support/until.js'
import { tooLarge } from './support/aftermath.js'
import { clock, Dice, faultSettings, patience, seed, sized } from './support/fault-settings.js'

const count = sized(74_000, 5_000)
const kills = sized(20, 8)
/** Their claims are refused: an event of each is about somebody else's document. */
const poisoned = [3, 7, 12]
const bystander = count + 1
const services = ['task-relay', 'daily-tasks'] as const
/** Rows inserted in one go. */
const atOnce = 500

let run: Processes | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  run = undefined
}, 60_000)

describe(`a flow of ${count} items, three of them poisoned (seed ${seed})`, () => {
  it(
    `ends once, over ${kills} kills and the loss of the broker's store, and once more when they are mended`,
    async () => {
      const processes = (run = await Processes.start(faultSettings, services))
      await insertClaims(processes)
      await processes.database.connection.db
        .insertInto('IntSchema.Task')
        .values({ Task: 'ARCHIVE-OLD-CLAIMS', Status: 'PENDING', DateCreated: clock.now() })
        .execute()
      await killAgainAndAgain(processes, new Dice(18))
      await reaches(processes, 'DONE-WITH-FAILURES')
      expect(await totals(processes)).toEqual([
        { Name: 'archive', Queued: count, Done: count - poisoned.length, Failed: poisoned.length },
        { Name: 'report', Queued: 0, Done: 0, Failed: 0 },
      ])
      expect(await reports(processes)).toEqual(['DONE'])
      expect(await claims(processes)).toEqual([...poisoned, bystander].map((n) => archivableId(n)))
      expect((await archived(processes)).length).toBe(count - poisoned.length)
      await mend(processes)
      await reaches(processes, 'DONE')
      expect(await reports(processes)).toEqual(['DONE', 'DONE'])
      expect(await claims(processes)).toEqual([archivableId(bystander)])
      expect(new Set(await archived(processes)).size).toBe(count)
      expect([...processes.ended(), ...tooLarge(processes)]).toEqual([])
    },
    6 * patience,
  )
})

/** With the indexes that large tables need, as they have in production. */
async function insertClaims({ database: { connection, archive } }: Processes): Promise<void> {
  await createOwnerIndexes(connection)
  await createOwnerIndexes(archive, archiveIndexes)
  for (let start = 1; start <= count; start += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, count - start + 1) }, (_, i) => start + i)
    const plain = numbers.filter((n) => !poisoned.includes(n))
    await insertRows(connection, merge(...plain.map((n) => few(n))))
  }
  const recent = edit(merge(eligibilityRows(bystander), archivableRows(bystander)), {
    'IntSchema.Claim': set({ DateReviewed: '2026-11-10 15:00:00' }),
  })
  await insertRows(connection, recent)
  for (const n of poisoned)
    await insertRows(
      connection,
      edit(merge(eligibilityRows(n), archivableRows(n)), {
        'IntSchema.ClaimEvent': set(
          { ClaimDocumentId: rowId.document(bystander, 1) },
          { ClaimEventId: n * 1000 + 12 },
        ),
      }),
    )
}

/** A claim with its eligibility and its expenses. */
function few(n: number): Rows {
  const all = merge(eligibilityRows(n), archivableRows(n))
  const tables = ['IntSchema.Eligibility', 'IntSchema.Claim', 'IntSchema.ClaimExpense'] as const
  return Object.fromEntries(tables.map((table) => [table, all[table] ?? []]))
}

/** At moments of its own while the items are done; half way the broker loses what it has. */
async function killAgainAndAgain(processes: Processes, dice: Dice): Promise<void> {
  for (let kill = 1; kill <= kills; kill++) {
    const least = Math.floor((kill * count * 0.9) / kills) - dice.between(0, 20)
    await until(
      `${least} are archived`,
      async () => (await archivedSoFar(processes)) >= least,
      2 * patience,
      50,
    )
    const name = dice.oneOf(services)
    await processes.kill(name)
    if (kill === Math.floor(kills / 2)) await loseStore(processes.nats)
    await processes.run(name)
  }
}

async function mend({ database, nats }: Processes): Promise<void> {
  await database.connection.db
    .updateTable('IntSchema.ClaimEvent')
    .set({ ClaimDocumentId: null })
    .where('ClaimDocumentId', '=', rowId.document(bystander, 1))
    .where('ClaimId', '<>', archivableId(bystander))
    .execute()
  // Their dead letters went with the broker's store.
  const env = { ...database.env, ...nats.envOf('ops'), CLOCK_START: faultSettings.CLOCK_START }
  const { code, out } = await runOps('tasks retry --task ARCHIVE-CLAIM --yes', env)
  expect({ code, out }).toMatchObject({ code: 0 })
}

const reaches = (processes: Processes, state: string) =>
  until(
    `the flow is ${state}`,
    async () => {
      const flows = await rows(processes, 'AsyncSchema.Flow').execute()
      return flows.length === 1 && flows[0]?.State === state
    },
    2 * patience,
    100,
  )

const rows = <T extends keyof Database>({ database }: Processes, table: T) =>
  database.connection.db.selectFrom(table as 'AsyncSchema.Flow').selectAll()

const totals = ({ database }: Processes) =>
  database.connection.db
    .selectFrom('AsyncSchema.FlowStep')
    .select(['Name', 'Queued', 'Done', 'Failed'])
    .orderBy('Position')
    .execute()

/** What became of the messages of the last step. */
async function reports({ database }: Processes): Promise<string[]> {
  const found = await database.connection.db
    .selectFrom('AsyncSchema.Outbox as o')
    .innerJoin('AsyncSchema.FlowStep as s', 's.StepId', 'o.FlowStepId')
    .select('o.State')
    .where('s.Name', '=', 'report')
    .execute()
  return found.map(({ State }) => State)
}

const claims = async ({ database }: Processes): Promise<number[]> =>
  (
    await database.connection.db.selectFrom('IntSchema.Claim').select('ClaimId').orderBy('ClaimId').execute()
  ).map(({ ClaimId }) => ClaimId)

async function archivedSoFar({ database }: Processes): Promise<number> {
  const { claims: found } = await database.archive.db
    .selectFrom('IntSchema.Claim')
    .select((eb) => eb.fn.countAll<number>().as('claims'))
    .executeTakeFirstOrThrow()
  return Number(found)
}

const archived = async ({ database }: Processes): Promise<number[]> =>
  (await database.archive.db.selectFrom('IntSchema.Claim').select('ClaimId').execute()).map(
    ({ ClaimId }) => ClaimId,
  )
