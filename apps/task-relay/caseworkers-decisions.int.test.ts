import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decisionOf, followUpDecision } from '#shared/claims'
import { ShiftedClock } from '#shared/clock'
import { messages, type Message } from '#shared/contracts'
import { addEndpoint } from '#shared/operations'
import { Inbox, UnitOfWork } from '#shared/unit-of-work'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { PendingTasks } from './src/relay-tasks/pending-tasks.repository.js'

const clock = new ShiftedClock('2024-03-13 11:30:00')
const claim = { reference: 'ABC1234', eligibilityId: 12, claimId: 34 }

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.remove())

const db = () => database.connection.db
const subscribe = () =>
  addEndpoint(
    database.connection,
    {
      ...{ name: 'all', address: 'https://example.org/', events: ['claim.decided'] },
      ...{ secret: 'first', token: false },
    },
    { now: clock.now(), dryRun: false, reason: '' },
  )
/** A row as the caseworkers' web app writes it with a decision. */
const decide = (Task: string, columns: object = {}) =>
  db()
    .insertInto('IntSchema.Task')
    .values({
      ...{ Task, Reference: 'ABC1234', EligibilityId: 12, ClaimId: 34, Status: 'PENDING' },
      ...{ AdditionalData: 'visitor@example.org', DateCreated: '2024-03-13 11:00:00', ...columns },
    })
    .execute()
const relay = () => new PendingTasks(database.connection, clock).takePending('IntSchema')
const setPending = () => db().updateTable('IntSchema.Task').set({ Status: 'PENDING' }).execute()
const told = async () => {
  const rows = await db().selectFrom('AsyncSchema.WebhookEvent').selectAll().orderBy('EventId').execute()
  return rows.map(({ Event, Data, Reference }) => ({ Event, data: JSON.parse(Data) as unknown, Reference }))
}
const decision = (word: string) => ({
  ...{ Event: 'claim.decided', data: { ...claim, decision: word }, Reference: 'ABC1234' },
})

describe("a caseworker's decision", () => {
  it('is told as its row is taken, with what is to be published for it', async () => {
    await subscribe()
    await decide('ACCEPT-CLAIM-NOTIFICATION')
    await decide('REJECT-CLAIM-NOTIFICATION')
    await decide(' request-information-claim-notification ')
    await decide('UPDATED-CONTACT-DETAILS-CLAIM-NOTIFICATION')
    await decide('SEND-CLAIM-NOTIFICATION')
    const taken = await relay()
    expect(await told()).toEqual(['approved', 'rejected', 'information-requested'].map(decision))
    expect(taken.messages).toHaveLength(5)
    expect(taken.told.map(({ subject }) => subject)).toEqual(['webhooks.events-due'])
    const owed = db().selectFrom('AsyncSchema.Outbox').select('MessageId')
    expect(await owed.where('Subject', '=', 'webhooks.events-due').execute()).toEqual([
      { MessageId: taken.told[0]?.id },
    ])
  })

  it('is nobody’s business where nobody asked, and none later', async () => {
    await decide('ACCEPT-CLAIM-NOTIFICATION')
    expect((await relay()).told).toEqual([])
    await subscribe()
    await db().updateTable('AsyncSchema.Outbox').set({ State: 'FAILED', DateEnded: clock.now() }).execute()
    await setPending()
    expect(await relay()).toMatchObject({ rows: 1, told: [] })
    expect(await told()).toEqual([])
  })

  it('is told once, though its row runs again and nobody remembers that it ran', async () => {
    await subscribe()
    await decide('ACCEPT-CLAIM-NOTIFICATION')
    await relay()
    await db().deleteFrom('AsyncSchema.Outbox').execute()
    await setPending()
    expect(await relay()).toMatchObject({ rows: 1 })
    expect(await told()).toEqual([decision('approved')])
  })

  it('is told once more where it is made once more', async () => {
    await subscribe()
    await decide('ACCEPT-CLAIM-NOTIFICATION')
    await decide('ACCEPT-CLAIM-NOTIFICATION', { DateCreated: '2024-03-13 11:00:01' })
    await relay()
    expect(await told()).toEqual([decision('approved'), decision('approved')])
  })

  it('is not told of a row that names no claim', async () => {
    await subscribe()
    await decide('ACCEPT-CLAIM-NOTIFICATION', { ClaimId: null })
    expect(await relay()).toMatchObject({ messages: [], told: [] })
    expect(await told()).toEqual([])
  })
})

it('a decision of the services is not told by its row, and not either where nobody remembers its run', async () => {
  await subscribe()
  const { connection } = database
  const publisher = { publishFollowUps: () => Promise.resolve() }
  const work = new UnitOfWork(connection, new Inbox(connection, clock), publisher, clock)
  await work.run<Message>({ id: 'cause', consumer: 'approve-claim' }, (unit) => {
    followUpDecision(unit, messages.notifyClaimAccepted, claim, 'visitor@example.org')
    return Promise.resolve()
  })
  expect(await told()).toEqual([decision('approved')])
  expect((await relay()).rows).toBe(1)
  await db().deleteFrom('AsyncSchema.Outbox').execute()
  await setPending()
  expect(await relay()).toMatchObject({ rows: 1 })
  expect(await told()).toEqual([decision('approved')])
})

it('the decisions are those of the rows that are written with one', () => {
  const of = (Task: string) =>
    decisionOf({ Task, Reference: 'ABC1234', EligibilityId: 12, ClaimId: 34, DateCreated: '' })?.data
  expect(of('DWP-FAILED-NOTIFICATION')).toMatchObject({ decision: 'information-requested' })
  expect(of('SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION')).toBeUndefined()
  expect(of('MAKE-TEA')).toBeUndefined()
})
