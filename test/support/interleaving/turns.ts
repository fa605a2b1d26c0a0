import type { CompiledQuery } from 'kysely'
import { OwnError } from '#shared/logging'
import type { Done, OpenTransaction, Waits } from './open-transaction.js'
import { Plan } from './plan.js'
import type { Store } from './store.js'
import { outsideAlone, touchedBy, touchedByCommit, touchesOutside, type Touched } from './touched.js'

/** Two transactions wait for each other: the database ended this one. */
export class Deadlock extends OwnError {
  readonly code = 'DEADLOCK'
}

/** Somebody who does a piece of work. */
export class Actor {
  isWaiting = false
  hasEnded = false
  hasBegun = false
  /** What each statement and commit was, and what it had to do with. */
  readonly sent: string[] = []
  readonly touched: Touched[] = []

  constructor(
    readonly name: string,
    readonly work: () => Promise<void>,
  ) {}

  /** After its last step it looks at something outside the database, or changes it. */
  goesOutside(): void {
    const last = this.touched.at(-1)
    if (last) touchesOutside(last)
  }
}

/**
 * Who does the next statement, of two. The first begins; before one of its steps the second begins, and goes on until it
 * has ended or has to wait for the first; then the first goes on. One that waits has its turn when the other's transaction
 * has ended.
 */
export class Turns {
  private now: Actor
  private readonly resume = new Map<Actor, () => void>()
  deadlocks = 0
  waits = 0

  /** @param gap the step of the first before which the second begins; infinite: when the first has ended */
  constructor(
    private readonly first: Actor,
    private readonly second: Actor,
    private readonly gap: number,
  ) {
    this.now = first
  }

  /** Both do what they do, to its end. */
  async run(): Promise<void> {
    const ofFirst = this.begin(this.first)
    await ofFirst
    this.ofSecond ??= this.begin(this.second)
    await this.ofSecond
  }
  private ofSecond: Promise<void> | undefined

  private async begin(actor: Actor): Promise<void> {
    actor.hasBegun = true
    await this.mine(actor)
    try {
      await actor.work()
    } finally {
      actor.hasEnded = true
      this.give(this.otherThan(actor))
    }
  }

  /** One statement, when it may. @throws Deadlock */
  async statement(
    actor: Actor,
    store: Store,
    transaction: OpenTransaction,
    query: CompiledQuery,
  ): Promise<Done> {
    await this.step(actor, query.sql, touchedBy(new Plan(query), store.schema))
    let waited: Waits | undefined
    for (;;) {
      const came = store.attempt(transaction, query, waited)
      if (!('since' in came)) return came
      waited = came
      const other = this.otherThan(actor)
      if (other.isWaiting) {
        this.deadlocks += 1
        store.rollback(transaction)
        await this.yieldTo(other, actor)
        throw new Deadlock('deadlock')
      }
      this.waits += 1
      actor.isWaiting = true
      await this.yieldTo(other, actor)
      actor.isWaiting = false
    }
  }

  /** Something that is no statement, and takes its time. */
  async outside(actor: Actor): Promise<void> {
    await this.step(actor, '(outside the database)', outsideAlone())
  }

  async commit(actor: Actor, store: Store, transaction: OpenTransaction): Promise<void> {
    await this.step(actor, 'commit', touchedByCommit(transaction))
    store.commit(transaction)
    await this.letGo(actor)
  }

  async rollback(actor: Actor, store: Store, transaction: OpenTransaction): Promise<void> {
    store.rollback(transaction)
    await this.letGo(actor)
  }

  /** The other goes on to its end, or until it waits or does the same. */
  async later(actor: Actor): Promise<void> {
    await this.yieldTo(this.otherThan(actor), actor)
  }

  private async step(actor: Actor, text: string, touched: Touched): Promise<void> {
    await this.mine(actor)
    actor.sent.push(text)
    actor.touched.push(touched)
    if (actor !== this.first || actor.sent.length !== this.gap) return
    this.ofSecond = this.begin(this.second)
    await this.yieldTo(this.second, actor)
  }

  /** Whoever has waited for the transaction that has ended goes on. */
  private async letGo(actor: Actor): Promise<void> {
    const other = this.otherThan(actor)
    if (other.isWaiting) await this.yieldTo(other, actor)
  }

  private otherThan(actor: Actor): Actor {
    return actor === this.first ? this.second : this.first
  }

  private async yieldTo(other: Actor, actor: Actor): Promise<void> {
    if (!other.hasBegun || other.hasEnded) return
    this.give(other)
    await this.mine(actor)
  }

  private async mine(actor: Actor): Promise<void> {
    if (this.now !== actor) await new Promise<void>((resolve) => this.resume.set(actor, resolve))
  }

  private give(actor: Actor): void {
    this.now = actor
    const resume = this.resume.get(actor)
    this.resume.delete(actor)
    resume?.()
  }
}
