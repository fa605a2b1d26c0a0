import { sql, type Compilable, type Transaction } from 'kysely'
import { type Clock, instantsOf, type LocalTime } from '../clock/index.js'
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
import { isFree, type Lease } from './lease.js'
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

/** What a delivery took, so that it gives back no other one's. */
interface Attempt {
  readonly started: LocalTime
  readonly until: string
}

/**
 * What each consumer has done, by message id. Work in the database needs only `UnitOfWork`; work with an effect
 * outside it (an email) calls `start` before, so that whoever comes next knows to look whether it happened.
 */
export class Inbox {
  private readonly attempts = new WeakMap<MessageIdentity, Attempt>()
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
   * Takes the message for one attempt: nobody else gets it until the lease ends, unless it is released. Of several at once,
   * one gets it. Repeating is what it is for.
   */
  async start(message: MessageIdentity, lease: Lease): Promise<Start> {
    if (await this.begin(message, lease)) return 'first'
    if (await this.takeOver(message, lease)) return 'again'
    return (await this.isDone(message)) ? 'done' : 'busy'
  }

  private async begin(message: MessageIdentity, { ms }: Lease): Promise<boolean> {
    const { db, dialect } = this.connection
    const now = this.clock.now()
    const beginning = db.insertInto('AsyncSchema.Inbox').values({
      ...{ Consumer: message.consumer, MessageId: message.id, State: state.started },
      ...{ DateStarted: now, DateFirstTried: now, DateBusyUntil: dialect.inMs(ms) },
    })
    try {
      const [row] = await dialect.returning(beginning, ['DateBusyUntil']).execute()
      return this.has(message, now, row?.DateBusyUntil)
    } catch (error) {
      if (dialect.isDuplicateKey(error)) return false
      throw error
    }
  }

  private async takeOver(message: MessageIdentity, lease: Lease): Promise<boolean> {
    const { db, dialect } = this.connection
    const now = this.clock.now()
    const taking = db
      .updateTable('AsyncSchema.Inbox')
      .set({ State: state.started, DateStarted: now, DateBusyUntil: dialect.inMs(lease.ms) })
      .set((eb) => ({ DateFirstTried: eb.fn.coalesce('DateFirstTried', eb.val(now)) }))
      .where('Consumer', '=', message.consumer)
      .where('MessageId', '=', message.id)
      .where('State', '<>', state.done)
      .where(isFree(dialect, this.clock.instant(), lease))
    const [row] = await dialect.returning(taking, ['DateBusyUntil']).execute()
    return this.has(message, now, row?.DateBusyUntil)
  }

  private has(message: MessageIdentity, started: LocalTime, until: string | null | undefined): boolean {
    if (!until) return false
    this.attempts.set(message, { started, until })
    return true
  }

  /**
   * The attempt this very delivery took, if any, is over without success, and after `afterMs` milliseconds can have no
   * effect any more: the next one need not wait for the end of the lease. Only who made the attempt can say so: a handler
   * whose time is up may still be at it. A copy of the message that found somebody at it frees nothing.
   * @param hadNone it had no effect, for certain: if it was the first, there was no try yet
   */
  async release(message: MessageIdentity, afterMs = 0, hadNone = false): Promise<void> {
    const attempt = this.attempts.get(message)
    if (!attempt) return
    const { consumer, id } = message
    const { db, dialect } = this.connection
    await db
      .updateTable('AsyncSchema.Inbox')
      .set({ State: state.released, DateBusyUntil: dialect.inMs(afterMs) })
      .$if(hadNone, (query) => query.set({ DateFirstTried: firstUnless(attempt.started) }))
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .where('State', '=', state.started)
      .where('DateBusyUntil', '=', attempt.until)
      .execute()
  }

  /**
   * Milliseconds since the first try that may have had its effect; undefined if there was none. Below nought where another
   * replica's clock is ahead. In the hour that happens twice, by the reading that is nearer to now.
   */
  async sinceFirstTry({ consumer, id }: MessageIdentity): Promise<number | undefined> {
    const row = await this.connection.db
      .selectFrom('AsyncSchema.Inbox')
      .select('DateFirstTried')
      .where('Consumer', '=', consumer)
      .where('MessageId', '=', id)
      .executeTakeFirst()
    if (!row?.DateFirstTried) return undefined
    const now = this.clock.instant().getTime()
    const ages = instantsOf(row.DateFirstTried).map((instant) => now - instant.getTime())
    return ages.reduce((nearer, age) => (Math.abs(age) < Math.abs(nearer) ? age : nearer))
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
      .set({ State: state.done, DateDone: now, DateBusyUntil: null })
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
}

/** Read only when it is asked for: of a message that is not to be done, the rest may not be what it should. */
const firstly = (asked: Question<unknown> | Known<unknown>): Question<() => unknown> | Known<() => unknown> =>
  'known' in asked ? { known: () => asked.known } : { ...asked, read: (rows) => () => asked.read(rows) }

/** The first try's time, unless that is the one. */
const firstUnless = (started: LocalTime) =>
  sql<LocalTime | null>`nullif(${sql.ref('DateFirstTried')}, ${started})`
