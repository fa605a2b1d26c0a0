import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { streams, subjects } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { UnitOfWork } from '#shared/unit-of-work'
import { TemporaryFailure, type Delivery } from '#shared/messaging'
import { ArchiveClaimHandler } from '../apps/daily-tasks/src/archive-claim/archive-claim.handler.js'
import { ArchivedClaims } from '../apps/daily-tasks/src/archive-claim/archived-claims.repository.js'
import { claimTables } from '../apps/daily-tasks/src/archive-claim/claim-tables.js'
import { StoredClaims } from '../apps/daily-tasks/src/archive-claim/stored-claims.repository.js'
import { OldClaims } from '../apps/daily-tasks/src/archive-old-claims/old-claims.repository.js'
import { BareClient } from './support/bare-client.js'
import {
  archivableId,
  archivableRows,
  archiveTask,
  eligibilityRows,
  inArchive,
} from './support/cases/archive.cases.js'
import { inFull, runAgain, runsOf, submit } from './support/claim-cases.js'
import { claimIds, ofEligibility, rowId } from './support/claim-rows.js'
import { actualTables, type Example } from './support/examples.js'
import { allow, refuse, type RefusedChange } from './support/refused-changes.js'
import { add, edit, entriesOf, merge, set, type Row } from './support/row-sets.js'
import { archivedIn, insertRows, readArchive, readRows, type Rows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

let system: System
let client: BareClient

beforeAll(async () => {
  system = await System.start({ clock: '2024-03-13 11:30:00', services: ['task-relay', 'daily-tasks'] })
  client = await BareClient.connect(system.nats.url)
}, 180_000)

afterAll(async () => {
  await client.close()
  await system.stop()
})

beforeEach(async () => {
  const { connection, archive } = system.database
  for (const table of [...claimTables].reverse()) {
    await connection.db.deleteFrom(table).execute()
    await archive.db.deleteFrom(table).execute()
  }
  for (const table of ['IntSchema.Task', 'ExtSchema.Claim'] as const)
    await connection.db.deleteFrom(table).execute()
})

/** Claimants 1 and 2, with two claims and one; claimant 3 is a bystander. */
const [first, second, other] = [archivableRows(1, 1), archivableRows(1, 2), archivableRows(2)]
const bystander = merge(eligibilityRows(3), archivableRows(3))
let lastTask = 100
/** A task of its own each time. */
const taskOf = (n: number, k = 1): Rows => ({
  'IntSchema.Task': [archiveTask(archivableId(n, k), (lastTask += 1))],
})
const lastRun = async (TaskId = lastTask) => (await runsOf(system, 'IntSchema', TaskId)).at(-1)

async function archive(...given: readonly Rows[]): Promise<void> {
  await submit(system, ...given)
  await system.settled()
}

const tables = async (): Promise<Record<string, Record<string, unknown>[]>> => ({
  ...(await readRows(system.connection)),
  ...(await readArchive(system.database.archive)),
})

/** Every row of both databases, but for the tasks. */
async function expectRows(given: Rows, ...expected: readonly Rows[]): Promise<void> {
  const example = { clock: system.clock.now(), given } as Example
  const { 'IntSchema.Task': tasks, ...found } = actualTables(example, await tables())
  expect((tasks ?? []).filter(({ Status }) => Status !== 'COMPLETE')).toEqual([])
  expect(found).toEqual(inFull(merge(...expected)))
}

const service = <T>(type: new (...parts: never[]) => T): T => {
  const daily = system.services.get('daily-tasks')
  if (!daily) throw new Error('daily-tasks does not run')
  return daily.app.get<T>(type)
}

/** Deleting claims fails until it is allowed again: the copy is in the archive by then. */
const forbidDeleting = () => refuse(system.connection, deletedClaim)
const allowDeleting = () => allow(system.connection, deletedClaim)
const deletedClaim: RefusedChange = { name: 'KeepClaims', change: 'delete', table: 'IntSchema.Claim' }

/** Copies claims and stops there, as a process that was killed would; then lets `meanwhile` happen, and goes on. */
async function archiveHalf(given: Rows, task: Rows, meanwhile: () => Promise<unknown>): Promise<void> {
  await submit(system, given)
  await forbidDeleting()
  await submit(system, task)
  await until('an attempt has failed', async () => (await lastRun())?.LastReason != null)
  const untouched = entriesOf(given).map(([table, rows]) => [table, rows.length])
  const left = await readRows(system.connection)
  expect(untouched).toEqual(untouched.map(([table]) => [table, left[String(table)]?.length]))
  await meanwhile()
  await allowDeleting()
  await system.settled()
}

describe('archiving a claim', () => {
  it('moves the only claim of an eligibility with everything, and nothing of anybody else', async () => {
    const given = merge(eligibilityRows(1), first, bystander)
    await archive(given, taskOf(1))
    await expectRows(given, bystander, inArchive(eligibilityRows(1), first))
  })

  it('leaves the eligibility until the last of its claims goes', async () => {
    const given = merge(eligibilityRows(1), first, second)
    await archive(given, taskOf(1, 1))
    await expectRows(given, eligibilityRows(1), second, inArchive(eligibilityRows(1), first))
    await archive(taskOf(1, 2))
    await expectRows(given, inArchive(eligibilityRows(1), first, second))
  })

  it('leaves it to a claim that waits in the external schema', async () => {
    const waiting = {
      ...{ ...ofEligibility(1), ClaimId: 99, Status: 'SUBMITTED', ClaimType: 'repeat' },
      ...{ DateOfJourney: '2024-03-09 00:00:00', DateCreated: '2024-03-11 19:20:00' },
    }
    const given = merge(eligibilityRows(1), first, { 'ExtSchema.Claim': [waiting] })
    await archive(given, taskOf(1))
    const stays = merge(eligibilityRows(1), { 'ExtSchema.Claim': [waiting] })
    await expectRows(given, stays, inArchive(eligibilityRows(1), first))
  })

  it('archives claims of one eligibility at once', async () => {
    const claims = [1, 2, 3, 4].map((k) => archivableRows(1, k))
    const given = merge(eligibilityRows(1), ...claims)
    await archive(given, ...[1, 2, 3, 4].map((k) => taskOf(1, k)))
    await expectRows(given, inArchive(eligibilityRows(1), ...claims))
  })

  it('tries again where somebody has a document of its eligibility', async () => {
    await submit(system, merge(eligibilityRows(1), first, second))
    const { db, dialect } = system.connection
    // As SQL Server answers while another claim of the eligibility is being archived.
    const passingOver: typeof dialect.taking = (table, alias) =>
      table === 'IntSchema.ClaimDocument'
        ? (sql`(select * from ${sql.table(table)} where ${sql.ref('ClaimDocumentId')} <> ${rowId.document(1, 9)})`.as(
            alias,
          ) as ReturnType<typeof dialect.taking<typeof table, typeof alias>>)
        : dialect.taking(table, alias)
    const beside = { ...dialect, name: 'passing over' as never, taking: passingOver }
    const handler = new ArchiveClaimHandler(
      new StoredClaims(DatabaseConnection.over(db, beside)),
      service(ArchivedClaims),
      service(UnitOfWork),
    )
    const delivery = { id: 'beside', consumer: 'archive-claim' } as Delivery
    const archiving = handler.handle({ claimId: archivableId(1) }, delivery)
    await expect(archiving).rejects.toThrow(new TemporaryFailure('claim-changed-meanwhile'))
  })

  it('keeps what the archive has of the eligibility, and does not insert it again', async () => {
    const older = edit(eligibilityRows(1), { 'IntSchema.Visitor': set({ Town: 'Leedsham' }) })
    await insertRows(system.database.archive, older)
    const given = merge(eligibilityRows(1), first)
    await archive(given, taskOf(1))
    await expectRows(given, inArchive(older, first))
  })
})

describe('archiving a claim again', () => {
  it('changes nothing, five deliveries of one message or five tasks', async () => {
    const given = merge(eligibilityRows(1), first, eligibilityRows(2), other, bystander)
    await submit(system, given)
    const body = { claimId: archivableId(1) }
    for (let copy = 1; copy <= 5; copy++)
      await client.publish(subjects.claimArchiveDue, body, { 'ce-id': 'archive-it' })
    await archive(...[1, 2, 3, 4, 5].map(() => taskOf(2)))
    await system.answered(streams.claims.name)
    await expectRows(given, bystander, inArchive(eligibilityRows(1), first, eligibilityRows(2), other))
  })

  it('completes an operator’s re-run of what is in the archive', async () => {
    const given = merge(eligibilityRows(1), first)
    await archive(given, taskOf(1))
    const before = await tables()
    await runAgain(system, 'IntSchema', lastTask)
    await system.settled()
    expect({ ...(await tables()), 'IntSchema.Task': [] }).toEqual({ ...before, 'IntSchema.Task': [] })
    expect(await runsOf(system, 'IntSchema', lastTask)).toMatchObject([{ State: 'DONE' }, { State: 'DONE' }])
  })

  it('fails for a claim that nobody has', async () => {
    const given = merge(bystander, { 'IntSchema.Task': [archiveTask(424_242, (lastTask += 1))] })
    await archive(given)
    expect(await lastRun()).toEqual({ State: 'FAILED', LastReason: 'claim-not-found' })
    expect(await readArchive(system.database.archive)).toEqual({})
  })
})

describe('a move that stopped half way', () => {
  const negative = { 'IntSchema.ClaimDocument': add({ ...documentOf(1), ClaimDocumentId: -1 }) }

  it('is finished by the next delivery', async () => {
    const given = edit(merge(eligibilityRows(1), first), negative)
    await archiveHalf(given, taskOf(1), () => Promise.resolve())
    const expected = inArchive(eligibilityRows(1), edit(first, negative))
    await expectRows(given, asFound(expected))
  })

  it('takes along what came meanwhile, and brings the copy up to date', async () => {
    const given = merge(eligibilityRows(1), first)
    const { db } = system.connection
    const late = { ...claimEventOf(1), ClaimEventId: 999_001, Note: 'Too late?' }
    const note = { Note: 'Looked at again' }
    await archiveHalf(given, taskOf(1), async () => {
      await db.updateTable('IntSchema.Claim').set(note).execute()
      await db
        .updateTable('IntSchema.ClaimDocument')
        .set({ IsEnabled: false })
        .where('ClaimDocumentId', '=', rowId.document(1, 9))
        .execute()
      await db.deleteFrom('IntSchema.ClaimDeduction').where('IsEnabled', '=', false).execute()
      await insertRows(system.connection, { 'IntSchema.ClaimEvent': [late] })
    })
    const changed = edit(merge(eligibilityRows(1), first), {
      'IntSchema.Claim': set(note),
      'IntSchema.ClaimDocument': set({ IsEnabled: false }, { ClaimDocumentId: rowId.document(1, 9) }),
      'IntSchema.ClaimEvent': add(late),
    })
    await expectRows(given, inArchive(changed))
  })

  it('deletes nothing that was added between copy and delete', async () => {
    const given = merge(eligibilityRows(1), first)
    await submit(system, given)
    const { Reference: reference, EligibilityId: eligibilityId } = claimIds(1)
    const claim = { reference, eligibilityId, claimId: archivableId(1) }
    const stored = service(StoredClaims)
    const copied = await stored.read(claim)
    await service(ArchivedClaims).copy(claim, copied)
    const late = { ...claimEventOf(1), ClaimEventId: 999_002 }
    await insertRows(system.connection, { 'IntSchema.ClaimEvent': [late] })
    const message = { id: 'between', consumer: 'archive-claim' }
    const removal = service(UnitOfWork).run(message, (work) => stored.remove(work, claim, copied))
    await expect(removal).rejects.toThrow('claim-changed-meanwhile')
    const here = edit(given, { 'IntSchema.ClaimEvent': add(late) })
    await expectRows(here, here, inArchive(given))
    await archive(taskOf(1))
    await expectRows(given, inArchive(here))
  })
})

describe('documents with negative ids', () => {
  const withNegative = (n: number, event: number): Rows =>
    edit(merge(eligibilityRows(n), archivableRows(n)), {
      'IntSchema.ClaimDocument': add({ ...documentOf(n), ClaimDocumentId: -1 }),
      'IntSchema.ClaimEvent': add({ ...claimEventOf(n), ClaimEventId: event, ClaimDocumentId: -1 }),
    })

  it('get the archive’s own, and their events follow', async () => {
    const [one, two] = [withNegative(1, 999_011), withNegative(2, 999_012)]
    await archive(one, taskOf(1))
    await archive(two, taskOf(2))
    await expectRows({}, asFound(inArchive(one, two)))
    const { db } = system.database.archive
    const negative = await db
      .selectFrom('IntSchema.ClaimDocument as d')
      .innerJoin('IntSchema.ClaimEvent as e', 'e.ClaimDocumentId', 'd.ClaimDocumentId')
      .select(['d.ClaimDocumentId', 'd.ClaimId', 'e.ClaimId as eventOf'])
      .where('d.ClaimDocumentId', '<', 0)
      .orderBy('d.ClaimDocumentId', 'desc')
      .execute()
    expect(negative).toEqual([
      { ClaimDocumentId: -1, ClaimId: archivableId(1), eventOf: archivableId(1) },
      { ClaimDocumentId: -2, ClaimId: archivableId(2), eventOf: archivableId(2) },
    ])
  })
})

describe('a claim that cannot be archived', () => {
  it.each<[string, string, Rows, Rows]>([
    [
      'whose key is another claim’s in the archive',
      'archive-key-taken',
      merge(eligibilityRows(1), first),
      inArchive(
        eligibilityRows(2),
        edit(other, {
          'IntSchema.ClaimEscort': set({ ClaimEscortId: first['IntSchema.ClaimEscort']?.[0]?.ClaimEscortId }),
        }),
      ),
    ],
    [
      'whose event points at another claim’s document',
      'row-of-another-claim',
      edit(merge(eligibilityRows(1), first, second), {
        'IntSchema.ClaimEvent': set({ ClaimDocumentId: rowId.document(1, 3) }, { ClaimEventId: 1011 }),
      }),
      {},
    ],
  ])('%s fails, and everything is left as it was', async (_, reason, given, archived) => {
    await submit(system, given)
    await insertRows(system.database.archive, numbered(archivedIn(archived)))
    const before = await tables()
    await archive(taskOf(1))
    expect(await lastRun()).toEqual({ State: 'FAILED', LastReason: reason })
    expect({ ...(await tables()), 'IntSchema.Task': [] }).toEqual({ ...before, 'IntSchema.Task': [] })
  })
})

describe('old claims', () => {
  const reviewed = (dates: readonly (string | null)[]): Rows => ({
    'IntSchema.Eligibility': eligibilityRows(1)['IntSchema.Eligibility'] ?? [],
    'IntSchema.Claim': dates.map((DateReviewed, i) => ({
      ...first['IntSchema.Claim']?.[0],
      ...{ ClaimId: i + 1, DateReviewed },
    })),
  })

  it.each([
    [
      '2024-03-13 11:30:00.999',
      ['2023-03-14 11:29:59', '2023-03-14 11:29:59.999', '2023-03-14 11:30:00', '2023-03-14 11:30:00.001'],
    ],
    // In summer, counted back to winter: the same time of day.
    [
      '2024-07-01 00:00:00.000',
      ['2023-07-01 23:59:59', '2023-07-01 23:59:59.999', '2023-07-02 00:00:00', '2023-07-02 00:00:00.001'],
    ],
    [
      '2025-03-30 09:00:00.500',
      ['2024-03-30 08:59:59', '2024-03-30 08:59:59.999', '2024-03-30 09:00:00.000', '2024-03-31 00:00:00'],
    ],
  ])('at %s are those reviewed more than a year before', async (now, dates) => {
    await submit(system, reviewed([...dates, null]))
    const stage = service(OldClaims).reviewedBefore(now, 365)
    expect(await stage.read(system.connection.db, 0)).toEqual([{ claimId: 1 }, { claimId: 2 }])
    expect(await stage.read(system.connection.db, 1)).toEqual([{ claimId: 2 }])
  })

  it('are archived each by a task of its own, and asking twice does it once', async () => {
    const old = merge(eligibilityRows(1), first, second)
    const recent = edit(merge(eligibilityRows(2), other), {
      'IntSchema.Claim': set({ DateReviewed: '2023-03-15 00:00:00' }),
    })
    const asked = [1, 2].map((TaskId) => ({
      ...archiveTask(0, TaskId),
      Task: 'ARCHIVE-OLD-CLAIMS',
      ClaimId: null,
    }))
    await archive(old, recent, { 'IntSchema.Task': asked })
    await expectRows(merge(old, recent), recent, inArchive(old))
    const { 'IntSchema.Task': tasks } = await readRows(system.connection)
    const names = new Set(tasks?.map(({ Task, ClaimId }) => `${String(Task)} ${String(ClaimId)}`))
    expect([...names].sort()).toEqual([
      `ARCHIVE-CLAIM ${archivableId(1, 1)}`,
      `ARCHIVE-CLAIM ${archivableId(1, 2)}`,
      'ARCHIVE-OLD-CLAIMS undefined',
    ])
  })
})

function documentOf(n: number): Row {
  return { ...first['IntSchema.ClaimDocument']?.[0], ...ofEligibility(n), ClaimId: archivableId(n) }
}

function claimEventOf(n: number): Row {
  return { ...first['IntSchema.ClaimEvent']?.[1], ...ofEligibility(n), ClaimId: archivableId(n) }
}

/** Negative ids of documents as the found rows have them. */
function asFound(rows: Rows): Rows {
  const token = (row: Row) =>
    Number(row.ClaimDocumentId) < 0 ? { ...row, ClaimDocumentId: '@new-document-id' } : row
  return Object.fromEntries(entriesOf(rows).map(([table, list]) => [table, list.map(token)]))
}

/** Rows of the archive with numbers in the place of tokens, to be inserted. */
function numbered(rows: Rows): Rows {
  let next = 500
  const withNumber = (row: Row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '@id' ? ++next : value]))
  return Object.fromEntries(entriesOf(rows).map(([table, list]) => [table, list.map(withNumber)]))
}
