import { Clock, fromLondon } from '#shared/clock'
import type { MessageIdentity, Message } from '#shared/contracts'
import { Inbox, UnitOfWork, type Work } from '#shared/unit-of-work'
import type { JobStage } from '#shared/jobs'
import { Log } from '#shared/logging'
import type { RecordingDatabase } from './recording-database.js'

export const claim = { reference: 'ABCDEFG', eligibilityId: 1, claimId: 2 }
export const task = { schema: 'ExtSchema', taskId: 3, run: 1 } as const
export const message = { id: 'ExtSchema.Task.3.1', consumer: 'complete-claim', task }
/** Stands still: both dialects send the same times. */
export class StoppedClock extends Clock {
  instant = (): Date => fromLondon('2024-03-13 11:30:00')
}
export const clock = new StoppedClock()
export const taskSchemas = ['ExtSchema', 'IntSchema'] as const
export const followUp = {
  ...message,
  id: 'IntSchema.Task.3.1',
  task: { ...task, schema: 'IntSchema' },
} as const
export const withoutTask = { id: 'CLAIMS.3.1795255200000000000', consumer: 'complete-claim' }
export const ofNoTask = { id: 'ExtSchema.Task.3.1>claims.approval-due', consumer: 'approve-claim' }
export const log = Log.create('test', 'silent')

export const inUnitOfWork = (
  database: RecordingDatabase,
  work: (unit: Work<Message>) => Promise<void>,
  of: MessageIdentity<Message> = message,
) =>
  new UnitOfWork(
    database.connection,
    new Inbox(database.connection, clock),
    { publishFollowUps: () => Promise.resolve() },
    clock,
  ).run(of, work)

/** Reads a page of a job, and deals with it as if these rows had been found. */
export const inPage = <Item, Prepared>(
  database: RecordingDatabase,
  stage: JobStage<Item, Prepared, Message>,
  items: readonly Item[],
) =>
  inUnitOfWork(database, async (unit) => {
    await stage.passedOver?.(unit.db)
    await stage.read(unit.db, 0)
    await stage.change(unit, items, undefined)
  })

/**
 * Code paths that ask the database something, by their names: what each sends is listed in both dialects, compared,
 * and the rights of the worker's role follow from it.
 */
export type StatementSteps = Readonly<Record<string, (database: RecordingDatabase) => Promise<unknown>>>
