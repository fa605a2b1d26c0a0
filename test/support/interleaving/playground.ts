import Libsql from 'libsql'
import { join } from 'node:path'
import type { Clock } from '#shared/clock'
import type { DatabaseConnection } from '#shared/database'
import type { FollowUpPublisher } from '#shared/unit-of-work'
import { Log } from '#shared/logging'
import { classifyError, type Outcome } from '#shared/messaging'
import { insertRows, type Rows } from '../rows.js'
import { createTestDatabase } from '../test-database.js'
import { countedWithout, without, type Guard } from './guard.js'
import { connectionTo, type Playing } from './many-writers.dialect.js'
import { firstNumber, plainEffect, plainState } from './plain-state.js'
import type { Isolation } from './open-transaction.js'
import { StoppedClock } from './stopped-clock.js'
import { Store } from './store.js'
import type { Touched } from './touched.js'
import { Actor, Turns } from './turns.js'

/** What somebody has to do their work with. */
export interface Place {
  readonly connection: DatabaseConnection
  readonly archive: DatabaseConnection
  readonly clock: Clock
  readonly log: Log
  readonly publisher: FollowUpPublisher
  /** Before something outside the database is done: others may go on meanwhile. */
  outside(): Promise<void>
  /** Writes down what happened there. */
  note(effect: string): void
  /** The same of what goes before the transaction it belongs to, and may be repeated or come to nothing (ADR 14). */
  noteEarly(effect: string): void
  hasNoted(effect: string): boolean
}

/** A piece of work that may be asked for at any time, and again. */
export interface Deed {
  readonly name: string
  /** As the first it would be the same as another one: it comes as the second only. */
  readonly isTwin?: boolean
  /** If it fails, or its outcome is another try, it is done again once whoever else is at it has ended. */
  do(place: Place): Promise<unknown>
}

/** What goes on once both have ended, until all is at rest: then only what is named here is compared. */
export interface Rest {
  readonly deed: Deed
  /** By table as the file calls it: the columns that mean something by then. */
  readonly columns: Readonly<Record<string, readonly string[]>>
}

/** What there is at the end, and what came of the deeds. */
export interface End {
  readonly rows: readonly string[]
  /** What went before its transaction, which may have come to nothing: files, and copies in the archive. */
  readonly early: readonly string[]
  readonly outcomes: string
  readonly deadlocks: number
  readonly waits: number
  /** Whether the isolation made a difference. */
  readonly isolationMatters: boolean
  /** Of the first deed: what each of its steps sent. */
  readonly sent: readonly string[]
  /** What the steps of both had to do with. */
  readonly touched: readonly [ofFirst: readonly Touched[], ofSecond: readonly Touched[]]
}

const tries = 4

/** Two databases with many writers, and two who do something there at the same time. */
export class Playground {
  private playing: Playing | undefined
  private effects: string[] = []
  private early: string[] = []
  private readonly log = Log.create('test', 'silent')

  private constructor(
    private readonly main: Store,
    private readonly archive: Store,
  ) {}

  static async open(): Promise<Playground> {
    const database = await createTestDatabase()
    const folder = String(database.env.DATA_DIR)
    const [main, archive] = ['hwpv.sqlite', 'hwpv-archive.sqlite'].map((file) =>
      definitionsIn(join(folder, file)),
    )
    await database.remove()
    return new Playground(new Store(main ?? [], firstNumber), new Store(archive ?? [], firstNumber))
  }

  close(): void {
    for (const store of this.stores) store.close()
  }

  /** Puts rows in, instead of those that were there. */
  async set(rows: Rows, rest?: Rest): Promise<void> {
    this.rest = rest
    for (const store of this.stores) {
      if (this.isSet) store.backTo('empty')
      else store.mark('empty')
    }
    this.isSet = true
    const seeder = new Actor('seeder', () => Promise.resolve())
    this.playing = { actor: seeder, turns: new Turns(seeder, seeder, 0) }
    await insertRows(
      connectionTo(this.main, () => this.now),
      rows,
    )
    for (const store of this.stores) store.mark('given')
  }
  private isSet = false
  private rest: Rest | undefined
  /** What the statements do not say. */
  guard: Guard | undefined
  /** Which parts of it there were to leave out. */
  readonly hits = new Set<number>()

  /**
   * Lets two do what they do: the second begins before a step of the first; without one, once the first has ended.
   * Everything is as it was given again before.
   */
  async play(
    first: Deed,
    second: Deed,
    isolation: Isolation = 'row-versions',
    gap = Number.POSITIVE_INFINITY,
  ): Promise<End> {
    for (const store of this.stores) store.backTo('given', isolation)
    if (this.guard?.index) this.main.drop(this.guard.index)
    this.effects = []
    this.early = []
    const outcomes: string[] = []
    const actors = [first, second].map((deed, index) => {
      const actor: Actor = new Actor(deed.name, async () => {
        outcomes[index] = await this.done(deed, actor, turns, index)
      })
      return actor
    })
    const [one, other] = actors as [Actor, Actor]
    const turns = new Turns(one, other, gap)
    await turns.run()
    await this.comeToRest()
    const effects = [...this.effects].sort().map((effect) => `effect: ${effect}`)
    return {
      rows: [...plainState(this.main, this.rest?.columns), ...effects],
      early: [...this.early, ...plainState(this.archive).map((row) => `archive: ${row}`)],
      outcomes: `${first.name}: ${outcomes[0]}; ${second.name}: ${outcomes[1]}`,
      ...{ deadlocks: turns.deadlocks, waits: turns.waits, sent: one.sent },
      touched: [one.touched, other.touched],
      isolationMatters: this.stores.some((store) => store.isolationMatters),
    }
  }

  private async comeToRest(): Promise<void> {
    if (!this.rest) return
    const actor = new Actor('rest', () => Promise.resolve())
    await this.rest.deed.do(this.placeOf(actor, new Turns(actor, actor, 0), 1))
  }

  private async done(deed: Deed, actor: Actor, turns: Turns, index: number): Promise<string> {
    const place = this.placeOf(actor, turns, index)
    let came = ''
    for (let count = 1; count <= tries; count++) {
      const outcome = await outcomeOf(deed, place)
      if (outcome.kind === 'done') return 'done'
      if (outcome.kind === 'reject') return `reject ${outcome.reason}`
      came = `${outcome.kind} ${outcome.reason}`
      await turns.later(actor)
    }
    return came
  }

  private placeOf(actor: Actor, turns: Turns, index: number): Place {
    const { guard, hits } = this
    const left = guard && {
      altered: (text: string) => without(guard, text, hits),
      counted: (text: string) => countedWithout(guard, text, hits),
    }
    const playing = { actor, turns, ...left }
    return {
      connection: connectionTo(this.main, () => playing),
      archive: connectionTo(this.archive, () => playing),
      clock: clocks[index] as Clock,
      log: this.log,
      // What is owed may be published at any time, and again.
      publisher: { publishFollowUps: () => Promise.resolve() },
      outside: () => turns.outside(actor),
      note: (effect) => {
        actor.goesOutside()
        this.effects.push(plainEffect(effect))
      },
      noteEarly: (effect) => {
        actor.goesOutside()
        const early = plainEffect(effect)
        if (!this.early.includes(early)) this.early.push(early)
      },
      hasNoted: (effect) => {
        actor.goesOutside()
        return [...this.effects, ...this.early].includes(plainEffect(effect))
      },
    }
  }

  private get now(): Playing {
    if (!this.playing) throw new Error('nobody is there')
    return this.playing
  }

  private get stores(): readonly Store[] {
    return [this.main, this.archive]
  }
}

async function outcomeOf(deed: Deed, place: Place): Promise<Outcome> {
  try {
    const outcome = await deed.do(place)
    return isOutcome(outcome) ? outcome : { kind: 'done' }
  } catch (error) {
    const outcome = classifyError(error)
    // A fault of the test's own must not look like trouble that passes.
    const isUnexpected = 'reason' in outcome && outcome.reason === 'unexpected-error' && !isOfDatabase(error)
    if (isUnexpected || isWrong(error)) throw error
    return outcome
  }
}

const isOutcome = (value: unknown): value is Outcome =>
  typeof value === 'object' && value !== null && 'kind' in value
const isOfDatabase = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(?:SQLITE_CONSTRAINT|DEADLOCK)/.test(String(error.code))
/** A statement that SQLite does not understand. */
const isWrong = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'SQLITE_ERROR'

/** Two processes, two clocks, and a second between them. */
const clocks = ['2024-03-13 11:30:00', '2024-03-13 11:30:01'].map((time) => new StoppedClock(time))

/** What a database file's tables and indexes are made by; Kysely's own apart. */
function definitionsIn(file: string): string[] {
  const database = new Libsql(file)
  const rows = database
    .prepare(
      `select sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by type desc`,
    )
    .all() as { sql: string }[]
  database.close()
  return rows.map(({ sql }) => sql).filter((text) => !/Migration/.test(text))
}
