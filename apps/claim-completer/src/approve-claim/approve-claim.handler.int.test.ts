import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ShiftedClock } from '#shared/clock'
import type { Message, MessageIdentity } from '#shared/contracts'
import { Prisons } from '#shared/prisons'
import { Inbox, UnitOfWork, type Work } from '#shared/unit-of-work'
import { done, type Delivery } from '#shared/messaging'
import { document } from '../../../../test/support/cases/claim-parts.js'
import { checkableClaim, claimIds } from '../../../../test/support/claim-rows.js'
import { insertRows, readRows, type Rows } from '../../../../test/support/rows.js'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js'
import { ApprovalConfigs } from '../approval-configs.repository.js'
import { ClaimCompleterSettings } from '../claim-completer.settings.js'
import { ApprovalCases } from './approval-cases.repository.js'
import { Approvals } from './approvals.repository.js'
import { ApproveClaimHandler } from './approve-claim.handler.js'

const { Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId } = claimIds(1)
const delivery = { id: 'approval.1', consumer: 'approve-claim' } as unknown as Delivery<Message>

let database: TestDatabase

beforeEach(async () => {
  database = await createTestDatabase()
  await insertRows(database.connection, { ...checkableClaim(1), 'IntSchema.Task': [] })
})
afterEach(() => database.remove())

/** Handles the claim, while something else happens between its look and its transaction. */
async function approve(between: () => Promise<unknown>): Promise<void> {
  const { connection } = database
  const clock = new ShiftedClock('2024-03-13 11:30:00')
  class LateUnitOfWork extends UnitOfWork {
    override async run<FollowUp extends Message>(
      message: MessageIdentity<FollowUp>,
      work: (work: Work<FollowUp>) => Promise<void>,
    ): Promise<boolean> {
      await between()
      return super.run(message, work)
    }
  }
  const publisher = { publishFollowUps: () => Promise.resolve() }
  const unitOfWork = new LateUnitOfWork(connection, new Inbox(connection, clock), publisher, clock)
  const configuration = new ApprovalConfigs(connection, new ClaimCompleterSettings({}))
  const cases = new ApprovalCases(
    connection,
    configuration,
    new Prisons(connection),
    new Inbox(connection, clock),
  )
  const handler = new ApproveClaimHandler(cases, new Approvals(), unitOfWork)
  expect(await handler.handle({ reference, eligibilityId, claimId }, delivery)).toEqual(done)
}

const nothing = () => Promise.resolve()
const statusNow = async () =>
  (await readRows(database.connection))['IntSchema.Claim']?.find(({ ClaimId }) => ClaimId === claimId)?.Status
const eventsNow = async () =>
  (await readRows(database.connection))['IntSchema.ClaimEvent']?.map(({ Event }) => Event)

describe('automatic approval decides on what there is in its transaction', () => {
  it('and approves what passes', async () => {
    await approve(nothing)
    expect([await statusNow(), await eventsNow()]).toEqual(['AUTO-APPROVED', ['CLAIM-AUTO-APPROVED']])
  })

  it('and not where a document to come has arrived since the claim was looked at', async () => {
    const toCome = { DocumentType: 'hc2', ClaimId: null, DocumentStatus: 'upload-later' }
    const rows: Rows = { 'IntSchema.ClaimDocument': [document(1, 3, toCome)] }
    await approve(() => insertRows(database.connection, rows))
    expect([await statusNow(), await eventsNow()]).toEqual(['NEW', ['AUTO-APPROVAL-FAILURE']])
  })

  it.each([
    { Status: 'REJECTED' },
    { Status: 'REQUEST-INFORMATION' },
    { DateApproved: '2024-03-13 11:29:00.000' },
    { PaymentStatus: 'PROCESSED' },
  ])('and says nothing where a caseworker has been faster: %j', async (columns) => {
    const change = database.connection.db.updateTable('IntSchema.Claim').set(columns)
    await approve(() => change.where('ClaimId', '=', claimId).execute())
    expect([await statusNow(), await eventsNow()]).toEqual([columns.Status ?? 'NEW', undefined])
  })
})
