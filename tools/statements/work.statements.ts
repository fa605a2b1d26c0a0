import { events } from '#shared/contracts'
import { DeliveryRecord, Inbox, taskData } from '#shared/unit-of-work'
import { missingIndexes, ownerIndexes } from '#shared/database'
import {
  claim,
  task,
  message,
  clock,
  followUp,
  withoutTask,
  ofNoTask,
  inUnitOfWork,
  type StatementSteps,
} from './step.js'

const lease = { ms: 1_000, longestMs: 2_000 }

/** What every service asks the database about the messages it handles, and as it starts. */
export const statements: StatementSteps = {
  'inbox: look': async ({ connection }) => {
    for (const one of [message, followUp, withoutTask, ofNoTask])
      await new Inbox(connection, clock).standing(one)
  },
  'inbox: start': ({ connection }) => new Inbox(connection, clock).start(message, lease),
  'inbox: start again': (database) => {
    database.happens = [[/^insert/, 'duplicate']]
    return new Inbox(database.connection, clock).start(message, lease)
  },
  'inbox: release': async (database) => {
    database.answer = { DateBusyUntil: '2024-03-13 11:30:21.000' }
    const inbox = new Inbox(database.connection, clock)
    await inbox.start(message, lease)
    await inbox.release(message, 1_000)
    await inbox.start(message, lease)
    await inbox.release(message, 1_000, true)
  },
  'inbox: finish what was started': (database) => {
    database.happens = [[/^insert into "AsyncSchema.{1,3}Inbox"/, 'nothing']]
    return inUnitOfWork(database, () => Promise.resolve())
  },
  'inbox: is it done': ({ connection }) => new Inbox(connection, clock).isDone(message),
  'indexes: which are missing': ({ connection }) => missingIndexes(connection, ownerIndexes),
  'health: look': async ({ connection, archive }) => {
    await connection.ping()
    await archive.connection.ping('IntSchema.Claim')
  },
  'delivery: failed attempt': ({ connection }) =>
    new DeliveryRecord(connection, new Inbox(connection, clock), clock).failedAttempt(message, 'reason'),
  'delivery: gave up': async ({ connection }) => {
    const records = new DeliveryRecord(connection, new Inbox(connection, clock), clock)
    await records.gaveUp(message, 'reason')
    await records.gaveUp(followUp, 'reason')
    await records.gaveUp(withoutTask, 'reason')
    const ofAnotherRow = { ...message, task: { ...task, key: '0123456789abcdef' } } as const
    await records.gaveUp(ofAnotherRow, 'task-row-changed')
  },
  'unit of work: a follow-up, and a message without a task': async (database) => {
    for (const one of [followUp, withoutTask]) await inUnitOfWork(database, () => Promise.resolve(), one)
    for (const { task: of } of [message, followUp]) await taskData(database.connection, of)
  },
  'unit of work: tell other systems': (database) =>
    inUnitOfWork(database, (unit) => {
      const { reference, eligibilityId, claimId } = claim
      unit.tell(events.claimSubmitted, claimId, { reference, eligibilityId, claimId }, reference)
      return Promise.resolve()
    }),
  'unit of work: the follow-ups of a page': (database) =>
    inUnitOfWork(
      database,
      (unit) => {
        for (let count = 0; count < 3; count++) unit.followUp('DWP-CHECK', claim)
        return Promise.resolve()
      },
      { ...withoutTask, aboutMany: true },
    ),
}
