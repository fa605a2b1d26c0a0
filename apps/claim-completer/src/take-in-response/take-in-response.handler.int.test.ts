import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ShiftedClock } from '#shared/clock'
import type { Message, MessageIdentity } from '#shared/contracts'
import { Inbox, UnitOfWork, type ClaimRef, type Work } from '#shared/unit-of-work'
import { ServiceState } from '#shared/service'
import { Log } from '#shared/logging'
import { done, type Delivery } from '#shared/messaging'
import { document } from '../../../../test/support/cases/claim-parts.js'
import { detailOutside, newDetail } from '../../../../test/support/cases/response-bank-details.cases.js'
import { waitingClaim } from '../../../../test/support/cases/response-parts.js'
import { claimIds, ofEligibility } from '../../../../test/support/claim-rows.js'
import { insertRows, readRows, type Rows } from '../../../../test/support/rows.js'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js'
import { ForeignColumns } from '../foreign-columns.js'
import { AnsweredBankDetails } from './answered-bank-details.repository.js'
import { ClaimResponses } from './claim-responses.repository.js'
import { TakeInResponseHandler } from './take-in-response.handler.js'

const { Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId } = claimIds(1)
const claim = { reference, eligibilityId, claimId }
const delivery = { id: 'answer.1', consumer: 'take-in-response' } as unknown as Delivery<Message>

let database: TestDatabase
let unitOfWork: UnitOfWork
let between: () => Promise<unknown>

/** Lets something else happen between a handler's look and its transaction. */
class LateUnitOfWork extends UnitOfWork {
  override async run<FollowUp extends Message>(
    message: MessageIdentity<FollowUp>,
    work: (work: Work<FollowUp>) => Promise<void>,
  ): Promise<boolean> {
    await between()
    return super.run(message, work)
  }
}

beforeEach(async () => {
  database = await createTestDatabase()
  const clock = new ShiftedClock('2024-03-13 11:30:00')
  const publisher = { publishFollowUps: () => Promise.resolve() }
  const { connection } = database
  unitOfWork = new LateUnitOfWork(connection, new Inbox(connection, clock), publisher, clock)
  between = () => Promise.resolve()
})
afterEach(() => database.remove())

const given = (rows: Rows) => insertRows(database.connection, { ...rows, 'ExtSchema.Task': [] })

async function takeIn(bankDetails = new AnsweredBankDetails()): Promise<void> {
  const { connection } = database
  const foreign = new ForeignColumns(connection, new ServiceState(), Log.create('claim-completer', 'silent'))
  const responses = new ClaimResponses(connection)
  const handler = new TakeInResponseHandler(connection, responses, bankDetails, foreign, unitOfWork)
  expect(await handler.handle(claim, delivery)).toEqual(done)
}

const claimNow = async () =>
  (await readRows(database.connection))['IntSchema.Claim']?.find((row) => row.ClaimId === claimId)
const eventsNow = async () =>
  (await readRows(database.connection))['IntSchema.ClaimEvent']?.map(({ Event }) => Event)

describe('what somebody decides while an answer is on its way', () => {
  const claims = () => database.connection.db.updateTable('IntSchema.Claim').where('ClaimId', '=', claimId)

  it.each([
    { Status: 'APPROVED', DateApproved: '2024-03-13 11:29:00.000' },
    { Status: 'REJECTED' },
    { Status: 'UPDATED', PaymentStatus: 'PROCESSED' },
  ])('stays, and the bank details it asked for come in: %j', async (decided) => {
    await given({
      ...waitingClaim(1, { Status: 'REQUEST-INFO-PAYMENT' }),
      'ExtSchema.ClaimBankDetail': [detailOutside(1, 1)],
    })
    between = () => claims().set(decided).execute()
    await takeIn()
    expect(await claimNow()).toMatchObject({ Status: decided.Status, ReminderSent: true })
    expect(await eventsNow()).toEqual(['BANK-DETAILS-UPDATED'])
    const { 'IntSchema.ClaimBankDetail': details } = await readRows(database.connection)
    expect(details).toMatchObject([newDetail])
  })

  it('counts where the claim is asked again: the answer goes to the caseworker', async () => {
    await given(waitingClaim(1, { Status: 'APPROVED' }))
    between = () => claims().set({ Status: 'REQUEST-INFORMATION' }).execute()
    await takeIn()
    expect(await claimNow()).toMatchObject({ Status: 'UPDATED', ReminderSent: false })
  })
})

describe('what the web app adds while an answer is taken in', () => {
  const page = { ...claimIds(1), IsEnabled: true }
  const latePage = { ...page, DocumentType: 'RECEIPT', DocumentStatus: 'uploaded' }
  const { SortCode, AccountNumber, NameOnAccount } = newDetail
  const lateDetail = { ...claimIds(1), SortCode, AccountNumber, NameOnAccount }
  const contactDetails = 'ExtSchema.EligibilityVisitorUpdateContactDetail'
  const lateContact = {
    ...ofEligibility(1),
    EmailAddress: 'new@example.org',
    DateSubmitted: '2024-03-13 11:29:59',
  }

  /** SQL Server lets another transaction in between two statements of this one; here they are its own. */
  class SlowDetails extends AnsweredBankDetails {
    override async takeIn(work: Work, of: ClaimRef): Promise<boolean> {
      await work.db.insertInto('ExtSchema.ClaimDocument').values(latePage).execute()
      const batch = work.batch.bind(work)
      work.batch = async (statements) => {
        work.batch = batch
        await work.db.insertInto('ExtSchema.ClaimBankDetail').values(lateDetail).execute()
        await work.db.insertInto(contactDetails).values(lateContact).execute()
        await batch(statements)
      }
      return super.takeIn(work, of)
    }
  }

  it('stays for the next one', async () => {
    await given({
      ...waitingClaim(1, { Status: 'REQUEST-INFO-PAYMENT' }),
      'ExtSchema.ClaimBankDetail': [detailOutside(1, 1)],
      'ExtSchema.ClaimDocument': [document(1, 3, {})],
    })
    await takeIn(new SlowDetails())
    const outside = await readRows(database.connection)
    expect(outside['ExtSchema.ClaimDocument']).toMatchObject([latePage])
    expect(outside['ExtSchema.ClaimBankDetail']).toMatchObject([lateDetail])
    expect(outside[contactDetails]).toMatchObject([lateContact])
  })
})
