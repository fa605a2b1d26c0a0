import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  archiveDatabaseSettings,
  archiveIndexes,
  createOwnerIndexes,
  DatabaseConnection,
  type TableName,
} from '#shared/database'
import { scheduleMessageId, subjects } from '#shared/contracts'
import { abandonedFile, insertOldData } from '../testing/simulators/external-web-app/index.js'
import { consumersOf } from '../tools/nats-config/index.js'
import { BareClient } from './support/bare-client.js'
import { Processes } from './support/processes.js'
import { until as untilEvery } from './support/until.js'

const asked = process.env.LARGE_DAY_CLAIMS
const abandoned = Number(asked ?? 20_000)
/** Each takes two commits: as many as `LARGE_DAY_CLAIMS` asks for take minutes more. */
const reviewed = Number(asked ?? 5_000)
/** Not old enough for anything: they stay. */
const young = 200
const clock = '2026-11-18 04:30:00.000'
const firstOld = 2
const firstYoung = 500_000
/** The most that daily-tasks may take, in megabytes, however many rows there are. */
const memoryLimit = 200
const patient = 900_000

const reviewedTables = [
  ...(['Eligibility', 'Visitor', 'Prisoner', 'Claim', 'ClaimExpense', 'ClaimBankDetail'] as const),
  ...(['ClaimDocument', 'ClaimEvent', 'ClaimDeduction', 'TopUp'] as const),
]
const abandonedTables = [
  ...(['Eligibility', 'Visitor', 'Prisoner', 'Claim', 'ClaimExpense', 'ClaimDocument'] as const),
]

/** Counting all rows takes the processor from those who work on them. */
const until = (what: string, condition: () => Promise<boolean>) => untilEvery(what, condition, patient, 200)

/** The rows of each table that `claims` reviewed claims have. */
const reviewedCounts = (claims: number): Record<string, number> => ({
  ...{ Eligibility: claims / 2, Visitor: claims / 2, Prisoner: claims / 2 },
  ...{ Claim: claims, ClaimExpense: claims, ClaimBankDetail: claims, ClaimDocument: claims },
  ...{ ClaimEvent: claims * 2, ClaimDeduction: claims / 5, TopUp: claims / 5 },
})
const abandonedCounts = (claims: number): Record<string, number> =>
  Object.fromEntries(abandonedTables.map((table) => [table, claims]))

async function count({ db }: DatabaseConnection, table: TableName): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return row.rows
}

async function counts<T extends string>(
  connection: DatabaseConnection,
  schema: 'ExtSchema' | 'IntSchema',
  names: readonly T[],
): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const name of names) found[name] = await count(connection, `${schema}.${name}` as TableName)
  return found
}

/** A day with very many rows, in bounded memory; killed once in the middle of each job. */
describe(`a day with ${reviewed} claims to archive and ${abandoned} to clean up`, () => {
  const services = ['task-relay', 'daily-tasks'] as const
  const served = new Set(services.flatMap(consumersOf).map(({ name }) => name))
  let processes: Processes
  let archive: DatabaseConnection
  let client: BareClient
  let documents: string

  beforeAll(async () => {
    processes = await Processes.start(
      {
        ...{ CLOCK_START: clock.slice(0, 19), NATS_ACK_WAIT_MS: '2000' },
        // Files in the local folder: no bucket.
        ...{ AWS_S3_BUCKET_NAME: '', AWS_ENDPOINT_URL_S3: '' },
      },
      services,
    )
    const { connection, env } = processes.database
    archive = DatabaseConnection.open(archiveDatabaseSettings(env))
    // A day of this size is for a database as its owner keeps it.
    await createOwnerIndexes(connection)
    await createOwnerIndexes(archive, archiveIndexes)
    client = await BareClient.connect(processes.nats.url)
    documents = join(env.DATA_DIR ?? '', 'documents')
    await insertOldData(connection, { ...old, days: 400, first: firstOld })
    await insertOldData(connection, { ...fresh, days: 5, first: firstYoung })
    for (let i = 0; i < abandoned; i++) createFile(firstOld + i)
    for (let i = 0; i < young; i++) createFile(firstYoung + i)
  }, patient)

  const old = { reviewed, abandoned, now: clock }
  const fresh = { reviewed: young, abandoned: young, now: clock }

  afterAll(async () => {
    await client.close()
    await archive.close()
    expect(await processes.stop()).toEqual([])
  }, 60_000)

  function createFile(number: number): void {
    const file = join(documents, abandonedFile(number))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '')
  }

  const files = () =>
    readdirSync(documents, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length

  async function killAndGoOn(): Promise<void> {
    expect(processes.peakMemory('daily-tasks')).toBeLessThan(memoryLimit)
    await processes.kill('daily-tasks')
    await processes.run('daily-tasks')
  }

  it(
    'cleans up what is old, and nothing else',
    async () => {
      const { connection } = processes.database
      const left = () => count(connection, 'ExtSchema.Claim')
      expect(await counts(connection, 'ExtSchema', abandonedTables)).toEqual(
        abandonedCounts(abandoned + young),
      )
      expect(files()).toBe(abandoned + young)
      const day = clock.slice(0, 10)
      const id = scheduleMessageId(subjects.scheduleDaily, day)
      await client.publish(subjects.scheduleDaily, { date: day }, { 'ce-id': id })
      await until('half is cleaned up', async () => (await left()) < young + abandoned / 2)
      await killAndGoOn()
      expect(await left()).toBeGreaterThan(young)
      await until('all is cleaned up', async () => (await left()) === young)
      await until('all jobs are done', () =>
        client.allAnswered('SCHEDULE', (consumer) => served.has(consumer)),
      )
      expect(await counts(connection, 'ExtSchema', abandonedTables)).toEqual(abandonedCounts(young))
      expect(files()).toBe(young)
      expect(processes.peakMemory('daily-tasks')).toBeLessThan(memoryLimit)
    },
    patient,
  )

  it(
    'archives what is old, and nothing else',
    async () => {
      const { connection } = processes.database
      const left = () => count(connection, 'IntSchema.Claim')
      expect(await counts(connection, 'IntSchema', reviewedTables)).toEqual(reviewedCounts(reviewed + young))
      await connection.db
        .insertInto('IntSchema.Task')
        .values({ Task: 'ARCHIVE-OLD-CLAIMS', Status: 'PENDING', DateCreated: clock })
        .execute()
      await until('half is archived', async () => (await left()) < young + reviewed / 2)
      await killAndGoOn()
      expect(await left()).toBeGreaterThan(young)
      await until('all is archived', async () => (await left()) === young)
      await until('all tasks have ended', async () => (await openTasks()) === 0)
      expect(await counts(connection, 'IntSchema', reviewedTables)).toEqual(reviewedCounts(young))
      expect(await counts(archive, 'IntSchema', reviewedTables)).toEqual(reviewedCounts(reviewed))
      expect(await tasksByStatus()).toEqual([{ Status: 'COMPLETE', tasks: reviewed + 1 }])
      expect(processes.peakMemory('daily-tasks')).toBeLessThan(memoryLimit)
    },
    patient,
  )

  async function openTasks(): Promise<number> {
    const open = (await tasksByStatus()).filter(({ Status }) => ['PENDING', 'IN-PROGRESS'].includes(Status))
    return open.length
  }

  const tasksByStatus = () =>
    processes.database.connection.db
      .selectFrom('IntSchema.Task')
      .select(['Status', (eb) => eb.fn.countAll<number>().as('tasks')])
      .groupBy('Status')
      .execute()
})
