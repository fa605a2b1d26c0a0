import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { streams, subjects } from '#shared/contracts'
import { deadLetterHeaders } from '#shared/messaging'
import { BareClient } from './support/bare-client.js'
import { document } from './support/cases/claim-parts.js'
import { kept, messageFrom, takenIn, updated, waitingClaim } from './support/cases/response-parts.js'
import { responseCases } from './support/cases/response.cases.js'
import {
  emailsFor,
  emailsSent,
  foundRows,
  handled,
  inFull,
  rowsNow,
  runAgain,
  runsOf,
  strayRows,
  submit,
  type ClaimCase,
} from './support/claim-cases.js'
import { event, migrated, tasksFailed } from './support/claim-ends.js'
import { claimIds, firstTimeClaim, pendingTask, rowId } from './support/claim-rows.js'
import { add, edit, merge, remove, set } from './support/row-sets.js'
import type { Rows } from './support/rows.js'
import { startClaimServices } from './support/run-example.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

/** What a payment run that has not ended holds of a claim. */
const reservationOf = (n: number) => ({
  ...{ RunId: 'payment-run.2024-03-13', Kind: 'claim', ItemId: claimIds(n).ClaimId },
  ...{ ClaimId: claimIds(n).ClaimId, Reference: claimIds(n).Reference, Amount: 2450, State: 'RESERVED' },
})

/** Answers of every kind at once, through the real services; then each claim's rows in every table. */
describe('the answer of a claimant', () => {
  let system: System
  let client: BareClient

  beforeAll(async () => {
    // A Wednesday in office hours.
    system = await System.start({ clock: '2024-03-13 11:30:00', services: [] })
    client = await BareClient.connect(system.nats.url)
    await submit(system, ...responseCases.map(({ given }) => given))
    await startClaimServices(system)
    await system.settled(60_000)
  }, 180_000)

  afterAll(async () => {
    await client.close()
    await system.stop()
  })

  const endsAsExpected = async ({ given, expected }: Pick<ClaimCase, 'given' | 'expected'>) =>
    expect(await foundRows(system, given)).toEqual(inFull(expected))

  const messageAbout = (n: number) => {
    const { Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId } = claimIds(n)
    return { reference, eligibilityId, claimId }
  }

  it.each(responseCases)('$about', endsAsExpected)

  it('writes down what happened in the order of its steps', async () => {
    const { Reference } = claimIds(15)
    const { db } = system.connection
    const events = db.selectFrom('IntSchema.ClaimEvent').select('Event').where('Reference', '=', Reference)
    expect((await events.orderBy('ClaimEventId').execute()).map(({ Event }) => Event)).toEqual([
      ...['REPLACED-PREVIOUS-DOCUMENT', 'BANK-DETAILS-UPDATED', 'CLAIM-UPDATED', 'MESSAGE'],
    ])
  })

  it('leaves nothing in any table that is nobody’s, and sends each email once', async () => {
    expect(
      await strayRows(
        system,
        {},
        responseCases.map(({ given }) => given),
      ),
    ).toEqual({})
    expect(emailsSent(system)).toEqual(emailsFor(...responseCases.map(({ expected }) => expected)))
  })

  it('published directly five times is taken in once, without a message', async () => {
    const page = document(31, 3, { DocumentType: 'hc2' })
    const given = edit(waitingClaim(31), { 'ExtSchema.Task': remove() })
    await submit(system, edit(given, { 'ExtSchema.ClaimDocument': add(page) }))
    const publish = () =>
      client.publish(subjects.claimInformationProvided, messageAbout(31), { 'ce-id': 'answer-31' })
    await Promise.all(Array.from({ length: 5 }, publish))
    await handled(system, 'take-in-response', 'answer-31')
    await system.answered(streams.claims.name)
    await system.settled()
    await publish()
    await system.answered(streams.claims.name)
    const expected = edit(takenIn(31, given, [updated(31, page)]), { 'IntSchema.ClaimDocument': add(page) })
    await endsAsExpected({ given, expected })
  })

  it('run again by an operator takes in what came since', async () => {
    system.clock.set('2024-03-13 13:00:00')
    const { given } = responseCases.find(({ about }) => about === 'a message alone') ?? { given: {} }
    const before = await rowsNow(system, given)
    const page = document(16, 3, { DocumentType: 'hc2' })
    await submit(system, { 'ExtSchema.ClaimDocument': [page] })
    await runAgain(system, 'ExtSchema', rowId.task(16))
    await system.settled()
    const rows = edit(before, { 'ExtSchema.Task': set({ Status: 'PENDING' }) })
    const again = event(16, 'MESSAGE', { Note: 'Thank you!\nBoth are there.', IsInternal: false })
    const expected = edit(takenIn(16, rows, [updated(16, page), again]), {
      'IntSchema.ClaimDocument': add(page),
    })
    await endsAsExpected({ given: before, expected })
  })

  it('run again changes nothing of a claim that was approved and paid since', async () => {
    const { given } = responseCases.find(({ about }) => about.startsWith('new bank details,')) ?? {
      given: {},
    }
    const paid = {
      ...{ Status: 'APPROVED', DateApproved: '2024-03-13 12:30:00', DateReviewed: '2024-03-13 12:30:00' },
      ...{ PaymentStatus: 'PROCESSED', PaymentDate: '2024-03-13 12:40:00', PaymentAmount: 24.5 },
    }
    const { db } = system.connection
    await db.updateTable('IntSchema.Claim').set(paid).where('ClaimId', '=', claimIds(9).ClaimId).execute()
    const before = await rowsNow(system, given)
    await runAgain(system, 'ExtSchema', rowId.task(9))
    await system.settled()
    const rows = edit(before, { 'ExtSchema.Task': set({ Status: 'PENDING' }) })
    await endsAsExpected({ given: before, expected: kept(9, rows) })
  })

  it('for a claim that a payment run has reserved leaves it as it is', async () => {
    const given = waitingClaim(47, { Status: 'NEW', DateReviewed: null }, 'See above.')
    const { db } = system.connection
    await db.insertInto('AsyncSchema.Payment').values(reservationOf(47)).execute()
    await submit(system, given)
    await system.settled()
    await endsAsExpected({ given, expected: kept(47, given, [messageFrom(47, 'See above.')]) })
  })

  it('about a claim that is nowhere fails', async () => {
    const given: Rows = { 'ExtSchema.Task': [pendingTask(32, 'REQUEST-INFORMATION-RESPONSE')] }
    await submit(system, given)
    await system.settled()
    await endsAsExpected({ given, expected: tasksFailed(given) })
    const reason = 'claim-not-found'
    expect(await runsOf(system, 'ExtSchema', rowId.task(32))).toEqual([
      { State: 'FAILED', LastReason: reason },
    ])
    const letters = await client.read(streams.deadLetters.name)
    expect(letters).toMatchObject([
      { subject: 'dead-letters.take-in-response', headers: { [deadLetterHeaders.reason]: reason } },
    ])
  })

  it('that is faster than its claim waits until that is completed', async () => {
    const claim = firstTimeClaim(33)
    const answer = pendingTask(33, 'REQUEST-INFORMATION-RESPONSE', { TaskId: rowId.task(33, 1) })
    const withoutTask = edit(claim, { 'ExtSchema.Task': remove() })
    await submit(system, withoutTask, { 'ExtSchema.Task': [answer] })
    await until('the answer waits', async () => {
      const [run] = await runsOf(system, 'ExtSchema', rowId.task(33, 1))
      return run?.LastReason === 'claim-not-completed'
    })
    await submit(system, { 'ExtSchema.Task': claim['ExtSchema.Task'] ?? [] })
    await system.settled()
    const completed = merge(migrated(33, claim), { 'ExtSchema.Task': [answer] })
    await endsAsExpected({
      given: merge(claim, { 'ExtSchema.Task': [answer] }),
      expected: takenIn(33, completed, [], 'NEW'),
    })
  })

  it('says nothing of anybody in the log', () => {
    expect(system.logLines.join('')).not.toMatch(/Thank you|55667788|Bhraonáin|example\.org|page-3/)
  })
})
