import { afterEach, beforeEach, expect, it } from 'vitest'
import { ShiftedClock } from '#shared/clock'
import { deleteExternalClaim } from '#shared/claims'
import type { Message } from '#shared/contracts'
import { Inbox, UnitOfWork, type Work } from '#shared/unit-of-work'
import { claimIds, repeatClaim } from '../../../../test/support/claim-rows.js'
import { insertRows, readRows } from '../../../../test/support/rows.js'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js'
import { ClaimMigration } from './claim-migration.repository.js'
import type { SubmittedClaim } from './complete-claim.rules.js'

const { Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId } = claimIds(1)
const claim = { reference, eligibilityId, claimId }
/** As it was read: the eligibility was in the internal schema then. */
const submitted: SubmittedClaim = {
  ...{ claimType: 'repeat', paymentMethod: 'payout', hasBankDetail: false, bringsEligibility: false },
  ...{ visitor: { PostCode: 'LS88 1ZZ', Country: 'England' }, nameOfPrison: undefined },
  contactDetailsUpTo: 0,
}

let database: TestDatabase

beforeEach(async () => {
  database = await createTestDatabase()
  await insertRows(database.connection, { ...repeatClaim(1), 'ExtSchema.Task': [] })
})
afterEach(() => database.remove())

function move(): Promise<boolean> {
  const { connection } = database
  const clock = new ShiftedClock('2024-03-13 11:30:00')
  const publisher = { publishFollowUps: () => Promise.resolve() }
  const unitOfWork = new UnitOfWork(connection, new Inbox(connection, clock), publisher, clock)
  const migration = new ClaimMigration()
  return unitOfWork.run({ id: 'claim.1', consumer: 'complete-claim' }, async (work: Work<Message>) => {
    await migration.run(work, claim, submitted, { data: 'repeat', costs: [] })
    work.followUp('SEND-CLAIM-NOTIFICATION', claim, migration.emailIn(work, claim))
  })
}

it("sends the notification to the visitor's address as it is by then", async () => {
  expect(await move()).toBe(true)
  const rows = await readRows(database.connection)
  expect(rows['IntSchema.Task']).toMatchObject([
    { AdditionalData: rows['IntSchema.Visitor']?.[0]?.EmailAddress, ClaimId: claimId },
  ])
})

it('moves nothing where the visitor has gone since the claim was read', async () => {
  await database.connection.db.deleteFrom('IntSchema.Visitor').execute()
  const before = await readRows(database.connection)
  await expect(move()).rejects.toThrow('claim-moved-meanwhile')
  expect(await readRows(database.connection)).toEqual(before)
})

it('deletes no document that came after it had copied the others', async () => {
  const { connection } = database
  const kept = { EligibilityId: eligibilityId, Reference: reference, DocumentType: 'VISIT-CONFIRMATION' }
  const documents = [
    { ...kept, ClaimDocumentId: 901, ClaimId: claimId, IsEnabled: true, Filepath: 'late.png' },
    { ...kept, ClaimDocumentId: 902, ClaimId: null, IsEnabled: true, Filepath: 'of-the-next-claim.png' },
    { ...kept, ClaimDocumentId: 903, ClaimId: claimId, IsEnabled: false, Filepath: 'taken-back.png' },
    { ...kept, ClaimDocumentId: 904, ClaimId: null, IsEnabled: null, Filepath: 'never-counted.png' },
  ].map((row) => ({ ...row, DocumentStatus: 'uploaded', DateSubmitted: '2024-03-13 11:29:59' }))
  await insertRows(connection, { 'ExtSchema.ClaimDocument': documents })
  const ours = documents.map(({ Filepath }) => Filepath)
  // What follows the copying, as if they had come in between.
  await connection.transaction((db) =>
    connection.dialect.batch(db, deleteExternalClaim(db, claim, submitted)),
  )
  const { 'ExtSchema.ClaimDocument': left = [], ...rows } = await readRows(connection)
  expect(left.map(({ Filepath }) => Filepath).filter((path) => ours.includes(String(path)))).toEqual([
    'late.png',
    'of-the-next-claim.png',
  ])
  expect(rows['ExtSchema.Claim']).toBeUndefined()
})

it('leaves new contact details that came since the claim was read', async () => {
  const { db } = database.connection
  await db.deleteFrom('ExtSchema.EligibilityVisitorUpdateContactDetail').execute()
  const late = { EligibilityId: eligibilityId, Reference: reference, EmailAddress: 'new@example.org' }
  await db
    .insertInto('ExtSchema.EligibilityVisitorUpdateContactDetail')
    .values({ ...late, DateSubmitted: '2024-03-13 11:29:59' })
    .execute()
  const [before] = (await readRows(database.connection))['IntSchema.Visitor'] ?? []
  await move()
  const after = await readRows(database.connection)
  expect(after['ExtSchema.EligibilityVisitorUpdateContactDetail']).toMatchObject([late])
  expect(after['IntSchema.Visitor']).toEqual([before])
})
