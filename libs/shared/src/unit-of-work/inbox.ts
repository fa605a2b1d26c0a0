import { sql, type Compilable, type Transaction } from 'kysely'
import { type Clock, instantsOf, toLondon, type LocalTime } from '../clock/index.js'
import { NotOwed, type MessageIdentity, type Standing } from '../contracts/index.js'
import {
  type DatabaseConnection,
  type Answers,
  type Known,
  type Question,
  either,
  type Database,
} from '../database/index.js'
import { inboxState as state, insertOnce } from './inbox-rows.js'
import { standingIn } from './standing.repository.js'
import { OwnError } from '../logging/index.js'

/** The message was done before: nothing of the work that was begun for it happens. */
export class DoneBefore extends OwnError {
  override readonly name = 'DoneBefore'
}

/**
 * `first`: nobody has tried. `again`: somebody tried and may have got through. `busy`: somebody is at it, or what came
 * of it is not to be known yet.
 */
export type Start = 'first' | 'again' | 'busy' | 'done'

/**
 * What each consumer has done, by message id. Work in the database needs only `UnitOfWork`; work with an effect
 * outside it (an email) calls `start` before, so that whoever comes next knows to look whether it happened.
 */
export class Inbox {
  /** When the attempt began that a delivery took, so that it gives back no other one's. */
  private readonly attempts = new WeakMap<MessageIdentity, string>()
  private readonly asked = new WeakSet<MessageIdentity>()

  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** Whether a message is still to be done, and if not, why. One question. */
  async standing(message: MessageIdentity): Promise<Standing> {
    const [standing] = await this.connection.ask(standingIn(this.connection.db, message))
    return standing
  }

  /**
   * The same together with what a handler reads first, in one round trip.
   * @throws NotOwed where there is nothing to be done
   */
  async askFirst<const Q extends readonly (Question<unknown> | Known<unknown>)[]>(
    message: MessageIdentity,
    ...questions: Q
  ): Promise<Answers<Q>> {
    const [standing, ...answers] = await this.connection.ask(
      firstly(standingIn(this.connection.db, message)),
      ...questions.map(firstly),
    )
    this.asked.add(message)
    if (standing?.() !== 'owed') throw new NotOwed(standing?.() as Exclude<Standing, 'owed'>)
    return answers.map((answer) => answer()) as Answers<Q>
  }

  /** Whether it was asked about a delivery. */
  wasAsked(message: MessageIdentity): boolean {
    return this.asked.has(message)
  }

  /**
   * Takes the message for one attempt: for `leaseMs` milliseconds nobody else gets it, unless it is released. They must
   * be more than the attempt can take, and than it can have an effect afterwards. Of several at once, one gets it.
   * Replicas' clocks may differ by less than that. Repeating is what it is for.
   */
  async start(message: MessageIdentity, leaseMs: number): Promise<Start> {
    const { consumer, id } = message
    const { db, dialect } = this.connection
    const now = this.clock.now()
    try {
      await db
        .insertInto('AsyncSchema.Inbox')
        .values({
          ...{ Consumer: consumer, MessageId: id, State: state.started },
          ...{ DateStarted: now, DateFirstTried: now },
        })
        .execute()
      this.attempts.set(message, now)
      return 'first'
    } catch (error) {
      if (!dialect.isDuplicateKey(error)) throw error
    }
    const row = await this.find(consumer, id)
    if (row?.State === state.done) return 'done'
    if (row && this.left(row, leaseMs) > 0) return 'busy'
    const { numUpdatedRows } = await db
      .updateTable('AsyncSchema.Inbox')
      .set({ State: state.started, DateStarted: now })
      .set((eb) => ({ DateFirstTried: eb.fn.coalesce('DateFirstTried', eb.val(now)) }))
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
   * The attempt this very delivery took, if any, is over without success, and after `afterMs` milliseconds can have no
   * effect any more: the next one need not wait for the end of the lease. Only who made the attempt can say so: a handler
   * whose time is up may still be at it. A copy of the message that found somebody at it frees nothing.
   * @param hadNone it had no effect, for certain: if it was the first, there was no try yet
   */
  async release(message: MessageIdentity, afterMs = 0, hadNone = false): Promise<void> {
    const started = this.attempts.get(message)
    if (started === undefined) return
    const { consumer, id } = message
    await this.connection.db
      .updateTable('AsyncSchema.Inbox')
      .set({ State: state.released, DateStarted: this.in(afterMs) })
      .$if(hadNone, (query) => query.set({ DateFirstTried: firstUnless(started) }))
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .where('State', '=', state.started)
      .where('DateStarted', '=', started)
      .execute()
  }

  /** Milliseconds since the first try that may have had its effect; undefined if there was none. */
  async sinceFirstTry({ consumer, id }: MessageIdentity): Promise<number | undefined> {
    const row = await this.find(consumer, id)
    return row?.DateFirstTried ? this.age(row.DateFirstTried) : undefined
  }

  /**
   * The statement that records a message as done, for the transaction of its work: what was done before ends that
   * transaction with `DoneBefore`.
   */
  finishing(transaction: Transaction<Database>, { consumer, id }: MessageIdentity): Compilable {
    const now = this.clock.now()
    // Whoever comes second at the same moment breaks the key, with all of its work, and finds what the other has done.
    const inserted = insertOnce(transaction, {
      ...{ Consumer: consumer, MessageId: id },
      ...{ State: state.done, DateStarted: now, DateDone: now },
    })
    const begunBefore = transaction
      .updateTable('AsyncSchema.Inbox')
      .set({ State: state.done, DateDone: now })
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .where('State', '<>', state.done)
    return either(inserted, begunBefore, () => new DoneBefore())
  }

  /** Whether it is done by now, whoever has done it. */
  async isDone({ consumer, id }: MessageIdentity): Promise<boolean> {
    const done = this.connection.db
      .selectFrom('AsyncSchema.Inbox')
      .select(sql.lit(1).as('one'))
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .where('State', '=', state.done)
    return (await done.executeTakeFirst()) !== undefined
  }

  private find(consumer: string, id: string) {
    return this.connection.db
      .selectFrom('AsyncSchema.Inbox')
      .select(['State', 'DateStarted', 'DateFirstTried'])
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .executeTakeFirst()
  }

  /** For how long nobody else may start, in milliseconds; nought or less where somebody may. */
  private left(row: { readonly State: string; readonly DateStarted: LocalTime }, leaseMs: number): number {
    const age = this.age(row.DateStarted)
    // A clock was set back, or forward: nobody waits for hours.
    if (Math.abs(age) >= leaseMs) return 0
    return row.State === state.started ? leaseMs - age : -age
  }

  private in(ms: number): LocalTime {
    return toLondon(new Date(this.clock.instant().getTime() + ms))
  }

  /**
   * Milliseconds since; below nought where another replica's clock is ahead. In the hour that happens twice, by the
   * reading that is nearer to now.
   */
  private age(started: string): number {
    const now = this.clock.instant().getTime()
    const ages = instantsOf(started).map((instant) => now - instant.getTime())
    return ages.reduce((nearer, age) => (Math.abs(age) < Math.abs(nearer) ? age : nearer))
  }
}

/** Read only when it is asked for: of a message that is not to be done, the rest may not be what it should. */
const firstly = (
  asked: Question<unknown> | Known<unknown>,
): Question<() => unknown> | Known<() => unknown> =>
  'known' in asked ? { known: () => asked.known } : { ...asked, read: (rows) => () => asked.read(rows) }

/** The first try's time, unless that is the one. */
const firstUnless = (started: LocalTime) =>
  sql<LocalTime | null>`nullif(${sql.ref('DateFirstTried')}, ${started})`
