import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { messages } from '#shared/contracts'
import { UnitOfWork, type Work } from '#shared/unit-of-work'
import { followedBy } from '#shared/jobs'
import { ArchivedClaims } from '../apps/daily-tasks/src/archive-claim/archived-claims.repository.js'
import { claimTables } from '../apps/daily-tasks/src/archive-claim/claim-tables.js'
import { OldClaims } from '../apps/daily-tasks/src/archive-old-claims/old-claims.repository.js'
import { StoredClaims } from '../apps/daily-tasks/src/archive-claim/stored-claims.repository.js'
import { archivableId, archivableRows, archiveTask, eligibilityRows } from './support/cases/archive.cases.js'
import { runsOf, submit } from './support/claim-cases.js'
import { claimIds } from './support/claim-rows.js'
import { edit, merge, set, type Row } from './support/row-sets.js'
import { readArchive, readRows, type Rows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

let system: System
beforeAll(async () => {
  system = await System.start({ clock: '2024-03-13 11:30:00', services: ['daily-tasks', 'task-relay'] })
}, 180_000)
afterAll(() => system.stop())
afterEach(async () => {
  const { connection, archive } = system.database
  for (const table of [...claimTables].reverse()) {
    await connection.db.deleteFrom(table).execute()
    await archive.db.deleteFrom(table).execute()
  }
  for (const table of ['IntSchema.Task', 'ExtSchema.Task', 'AsyncSchema.Payment'] as const)
    await connection.db.deleteFrom(table).execute()
})

const claimId = archivableId(1)
const ids = { ...claimIds(1), ClaimId: claimId }
const claimWith = (columns: Row, more: Rows = {}): Rows =>
  merge(edit(merge(eligibilityRows(1), archivableRows(1)), { 'IntSchema.Claim': set(columns) }), more)
const bank = { PaymentMethod: 'bank' }
const paid = { ...bank, PaymentStatus: 'PROCESSED', PaymentDate: '2022-12-01 00:05:10' }
const costs = (Status: string, ApprovedCost: number) => (rows: Rows) =>
  edit(rows, { 'IntSchema.ClaimExpense': set({ Status, ApprovedCost }), 'IntSchema.TopUp': () => [] })
const withoutTopUps = (rows: Rows) => edit(rows, { 'IntSchema.TopUp': () => [] })
const task = (Task: string, Status: string, schema: 'ExtSchema' | 'IntSchema' = 'ExtSchema'): Rows => ({
  [`${schema}.Task`]: [{ TaskId: 7, Task, ...ids, Status, DateCreated: '2024-03-13 09:00:00' }],
})

const reserved: Rows = {
  'AsyncSchema.Payment': [
    {
      ...{ PaymentId: 1, RunId: 'payment-run.2024-03-13', Kind: 'claim', ItemId: claimId, ClaimId: claimId },
      ...{ Reference: ids.Reference, Amount: 3150, State: 'RESERVED' },
    },
  ],
}

/** In which state a claim that was reviewed long ago stays where it is, and why. */
const staying: [about: string, reason: string, rows: Rows][] = [
  ...['NEW', 'PENDING', 'REQUEST-INFORMATION', 'REQUEST_INFO_PAYMENT', 'UPDATED', 'SOMETHING-NEW'].map(
    (Status): [string, string, Rows] => [Status, 'claim-undecided', claimWith({ Status })],
  ),
  ['approved and unpaid', 'claim-unpaid', costs('APPROVED', 12.5)(claimWith(bank))],
  ['approved for another amount, unpaid', 'claim-unpaid', costs('APPROVED-DIFF-AMOUNT', 9)(claimWith(bank))],
  [
    'rejected after it was approved, and due to be paid',
    'claim-unpaid',
    costs('APPROVED', 12.5)(claimWith({ ...bank, Status: 'REJECTED', DateApproved: '2022-11-10 15:00:00' })),
  ],
  ['paid, with a top-up that is not', 'claim-unpaid', claimWith(paid)],
  [
    'answered just now',
    'claim-under-way',
    withoutTopUps(claimWith(paid, task('REQUEST-INFORMATION-RESPONSE', 'PENDING'))),
  ],
  [
    'with an answer that failed',
    'claim-under-way',
    withoutTopUps(claimWith(paid, task('REQUEST-INFORMATION-RESPONSE', 'FAILED'))),
  ],
]
const going: [about: string, rows: Rows][] = [
  ['paid', withoutTopUps(claimWith(paid))],
  ['rejected', withoutTopUps(claimWith({ ...bank, Status: 'REJECTED' }))],
  [
    'with nothing to pay: all of it was processed by hand',
    costs('MANUALLY-PROCESSED', 12.5)(claimWith(bank)),
  ],
  ['with nothing to pay: deductions take all of it, to the penny', costs('APPROVED', 1.25)(claimWith(bank))],
  ['closed', withoutTopUps(claimWith({ ...paid, Status: 'APPROVED_ADVANCE_CLOSED' }))],
  ['with an email that failed', withoutTopUps(claimWith(paid, task('SEND-CLAIM-NOTIFICATION', 'FAILED')))],
]

const lastRun = async (id: number) => (await runsOf(system, 'IntSchema', id)).at(-1)
const answered = async (id: number) => {
  await until('the task has ended', async () => ['DONE', 'FAILED'].includes((await lastRun(id))?.State ?? ''))
}
let lastTask = 1_000

describe('a claim that was reviewed long ago stays', () => {
  it.each(staying)('%s: %s', async (_, reason, rows) => {
    await submit(system, rows)
    const before = await readRows(system.connection, claimTables)
    const id = (lastTask += 1)
    await submit(system, { 'IntSchema.Task': [{ ...archiveTask(claimId, id) }] })
    await answered(id)
    expect(await lastRun(id)).toEqual({ State: 'FAILED', LastReason: reason })
    expect(await readRows(system.connection, claimTables)).toEqual(before)
    expect(await readArchive(system.database.archive)).toEqual({})
  })
})

const asksForOld = (TaskId: number): Row => ({
  ...archiveTask(0, TaskId),
  Task: 'ARCHIVE-OLD-CLAIMS',
  ClaimId: null,
})
const archivings = async () =>
  (await readRows(system.connection))['IntSchema.Task']?.filter(({ Task }) => Task === 'ARCHIVE-CLAIM') ?? []

/** Every flow has ended. */
const ended = () =>
  until('the flows have ended', async () => {
    const open = await system.connection.db
      .selectFrom('AsyncSchema.Flow')
      .select('FlowId')
      .where('DateEnded', 'is', null)
      .execute()
    return open.length === 0
  })

describe('asking for old claims to be archived', () => {
  it.each(staying)('asks for none that is %s (%s)', async (_, __, rows) => {
    await submit(system, rows, { 'IntSchema.Task': [asksForOld((lastTask += 1))] })
    await answered(lastTask)
    await ended()
    expect(await archivings()).toEqual([])
    const passedOver = system.logLines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(passedOver.findLast(({ msg }) => msg === 'claims passed over')).toMatchObject({
      job: 'queue-old-claims',
      count: 1,
    })
  })

  it('asks for none that a payment run has reserved, even if nothing else is owed', async () => {
    const rows = withoutTopUps(claimWith(paid))
    await submit(system, rows, reserved)
    await submit(system, {
      'IntSchema.Task': [asksForOld((lastTask += 1)), archiveTask(claimId, (lastTask += 1))],
    })
    await answered(lastTask - 1)
    await answered(lastTask)
    await ended()
    expect(await lastRun(lastTask)).toEqual({ State: 'FAILED', LastReason: 'claim-reserved' })
    expect(await archivings()).toHaveLength(1)
  })

  it.each(going)('asks for one that is %s, and it goes', async (_, rows) => {
    await submit(system, rows, { 'IntSchema.Task': [asksForOld((lastTask += 1))] })
    await until('it is in the archive alone', async () => {
      const [here, there] = [
        await readRows(system.connection, ['IntSchema.Claim']),
        await readArchive(system.database.archive),
      ]
      return !here['IntSchema.Claim'] && there['Archive.IntSchema.Claim']?.length === 1
    })
  })

  it.each(['PENDING', 'IN-PROGRESS', 'FAILED'])('asks for none whose archiving is %s', async (Status) => {
    await system.stopService('task-relay')
    await submit(system, withoutTopUps(claimWith(paid)), {
      'IntSchema.Task': [{ ...archiveTask(claimId, 5), Status }],
    })
    // Two at once, as two operators ask; without a relay the messages come by hand.
    const stage = followedBy(
      service(OldClaims).reviewedBefore('2024-03-13 11:30:00', 365),
      (work: Work<typeof messages.claimArchiveDue>, claim) => work.followUp('ARCHIVE-CLAIM', claim),
    )
    const ask = (id: string) =>
      service(UnitOfWork).run(
        { id, consumer: 'archive-old-claims' },
        async (work: Work<typeof messages.claimArchiveDue>) => {
          await stage.change(work, [{ claimId }], undefined)
        },
      )
    await Promise.all([ask(`${Status} one`), ask(`${Status} two`)])
    expect(await archivings()).toHaveLength(1)
    await system.startService('task-relay')
  })
})

describe('a claim that is answered, or reserved, between the copy and its deletion', () => {
  it.each<[string, Rows]>([
    ['answered', task('REQUEST-INFORMATION-RESPONSE', 'PENDING')],
    ['reserved', reserved],
  ])('is not deleted: %s', async (about, meanwhile) => {
    const rows = withoutTopUps(claimWith(paid))
    await submit(system, rows)
    const { Reference: reference, EligibilityId: eligibilityId } = claimIds(1)
    const claim = { reference, eligibilityId, claimId }
    const [stored, archived] = [service(StoredClaims), service(ArchivedClaims)]
    const copied = await stored.read(claim)
    await archived.copy(claim, copied)
    await submit(system, meanwhile)
    const before = await readRows(system.connection, claimTables)
    const removal = service(UnitOfWork).run({ id: about, consumer: 'archive-claim' }, (work) =>
      stored.remove(work, claim, copied),
    )
    await expect(removal).rejects.toThrow('claim-changed-meanwhile')
    expect(await readRows(system.connection, claimTables)).toEqual(before)
  })
})

function service<T>(type: new (...parts: never[]) => T): T {
  const daily = system.services.get('daily-tasks')
  if (!daily) throw new Error('daily-tasks does not run')
  return daily.app.get<T>(type)
}
