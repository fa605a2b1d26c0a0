import type { Transaction } from 'kysely'
import type { Clock } from '../clock/index.js'
import { fromLondon } from '../clock/index.js'
import type { MessageIdentity } from '../contracts/index.js'
import type { DatabaseConnection } from './connection.js'
import type { Database } from './tables.js'

const state = { started: 'STARTED', released: 'RELEASED', done: 'DONE' } as const

/** `first`: nobody has tried. `again`: somebody tried and may have got through. `busy`: somebody is at it. */
export type Start = 'first' | 'again' | 'busy' | 'done'

/**
 * What each consumer has done, by message id. Work in the database needs only `UnitOfWork`; work with an effect
 * outside it (an email) calls `start` before, so that whoever comes next knows to look whether it happened.
 */
export class Inbox {
  /** When the attempt began that a delivery took, so that it gives back no other one's. */
  private readonly attempts = new WeakMap<MessageIdentity, string>()

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  async isDone({ consumer, id }: MessageIdentity): Promise<boolean> {
    const row = await this.find(consumer, id)
    return row?.State === state.done
  }

  /**
   * Takes the message for one attempt of at most `leaseMs` milliseconds. Of several at once, one gets it.
   * Repeating is what it is for.
   */
  async start(message: MessageIdentity, leaseMs: number): Promise<Start> {
    const { consumer, id } = message
    const { db, dialect } = this.connection
    const now = this.clock.now()
    try {
      await db
        .insertInto('AsyncSchema.Inbox')
        .values({ Consumer: consumer, MessageId: id, State: state.started, DateStarted: now })
        .execute()
      this.attempts.set(message, now)
      return 'first'
    } catch (error) {
      if (!dialect.isDuplicateKey(error)) throw error
    }
    const row = await this.find(consumer, id)
    if (row?.State === state.done) return 'done'
    if (row?.State === state.started && this.age(row.DateStarted) < leaseMs) return 'busy'
    const { numUpdatedRows } = await db
      .updateTable('AsyncSchema.Inbox')
      .set({ State: state.started, DateStarted: now })
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .where('State', '=', row?.State ?? state.started)
      .where('DateStarted', '=', row?.DateStarted ?? now)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return 'busy'
    this.attempts.set(message, now)
    return 'again'
  }

  /**
   * The attempt this very delivery took, if any, is over without success: the next one need not wait for the lease.
   * A copy of the message that found somebody at it frees nothing.
   */
  async release(message: MessageIdentity): Promise<void> {
    const started = this.attempts.get(message)
    if (started === undefined) return
    const { consumer, id } = message
    await this.connection.db
      .updateTable('AsyncSchema.Inbox')
      .set({ State: state.released })
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .where('State', '=', state.started)
      .where('DateStarted', '=', started)
      .execute()
  }

  /** Within the transaction of the work: true if the work is still to be done, and then it counts as done. */
  async finish(transaction: Transaction<Database>, { consumer, id }: MessageIdentity): Promise<boolean> {
    const now = this.clock.now()
    // Looked for instead of tried: in SQL Server an error ends the transaction. Of two that find nothing at the same
    // time one fails, with all of its work, and the next delivery finds what the other has done.
    const known = transaction
      .selectFrom('AsyncSchema.Inbox')
      .select('Consumer')
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
    const { numInsertedOrUpdatedRows } = await transaction
      .insertInto('AsyncSchema.Inbox')
      .columns(['Consumer', 'MessageId', 'State', 'DateStarted', 'DateDone'])
      .expression(
        transaction
          .selectNoFrom((row) => [
            row.val(consumer).as('Consumer'),
            row.val(id).as('MessageId'),
            row.val<string>(state.done).as('State'),
            row.val(now).as('DateStarted'),
            row.val(now).as('DateDone'),
          ])
          .where((row) => row.not(row.exists(known))),
      )
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows) return true
    const { numUpdatedRows } = await transaction
      .updateTable('AsyncSchema.Inbox')
      .set({ State: state.done, DateDone: now })
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .where('State', '<>', state.done)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  private find(consumer: string, id: string) {
    return this.connection.db
      .selectFrom('AsyncSchema.Inbox')
      .select(['State', 'DateStarted'])
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .executeTakeFirst()
  }

  /** Milliseconds since; a clock set back makes it old rather than fresh for an hour. */
  private age(started: string): number {
    const age = this.clock.instant().getTime() - fromLondon(started).getTime()
    return age < 0 ? Number.MAX_SAFE_INTEGER : age
  }
}
