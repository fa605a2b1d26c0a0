import { AsyncLocalStorage } from 'node:async_hooks'
import { DefaultQueryExecutor, TransactionBuilder } from 'kysely'
import type { SqlDialect } from '#shared/database'

export interface Trips {
  /** What the embedded database is asked: queries, `begin` and `commit`. */
  statements: number
  /** What SQL Server would be asked: the same, but a batch is one. */
  roundTrips: number
}

interface Context {
  readonly trips: Trips
  /** Set inside a batch: whether its one round trip is counted. */
  readonly batch?: { counted: boolean }
}

/**
 * Counts what goes to the database, by whoever caused it. It changes Kysely's own classes, and so all of this
 * process: services need no hook for it.
 */
export class RoundTripCounter {
  private readonly contexts = new AsyncLocalStorage<Context>()
  private readonly trips = new Map<string, Trips>()

  constructor(dialect: SqlDialect) {
    this.countQueries()
    this.countTransactions()
    this.joinBatches(dialect)
  }

  /** Counts what this does, and whatever follows from it: the work of a service that is started in it. */
  by<T>(name: string, what: () => Promise<T>): Promise<T> {
    const trips = this.trips.get(name) ?? { statements: 0, roundTrips: 0 }
    this.trips.set(name, trips)
    return this.contexts.run({ trips }, what)
  }

  /** The counts since the last call. */
  take(): Map<string, Trips> {
    const taken = new Map([...this.trips].map(([name, trips]) => [name, { ...trips }]))
    for (const trips of this.trips.values()) Object.assign(trips, { statements: 0, roundTrips: 0 })
    return taken
  }

  private add(count: number): void {
    const context = this.contexts.getStore()
    if (!context) return
    const { trips, batch } = context
    trips.statements += count
    if (batch?.counted) return
    trips.roundTrips += count
    if (batch) batch.counted = true
  }

  /* eslint-disable @typescript-eslint/unbound-method -- they are called with the `this` they belong to */
  private countQueries(): void {
    const execute = DefaultQueryExecutor.prototype.executeQuery
    const add = () => this.add(1)
    DefaultQueryExecutor.prototype.executeQuery = function (query) {
      add()
      return execute.call(this, query) as never
    }
  }

  /** Each begins and ends. */
  private countTransactions(): void {
    const execute = TransactionBuilder.prototype.execute
    const add = () => this.add(2)
    TransactionBuilder.prototype.execute = function (work) {
      add()
      return execute.call(this, work as never) as never
    }
  }

  private asOne<T>(run: () => Promise<T>): Promise<T> {
    const context = this.contexts.getStore()
    return context ? this.contexts.run({ ...context, batch: { counted: false } }, run) : run()
  }

  private joinBatches(dialect: SqlDialect): void {
    const { batch, questions } = dialect
    dialect.batch = (db, statements) => this.asOne(() => batch.call(dialect, db, statements))
    dialect.questions = (db, queries) => this.asOne(() => questions.call(dialect, db, queries)) as never
  }
  /* eslint-enable @typescript-eslint/unbound-method */
}
