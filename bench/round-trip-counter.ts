import { AsyncLocalStorage } from 'node:async_hooks'
import { DefaultQueryExecutor, TransactionBuilder, type CompiledQuery } from 'kysely'
import { isList } from '#shared/database'

export interface Trips {
  /** What the embedded database is asked: queries, `begin` and `commit`. */
  statements: number
  /** What SQL Server would be asked: the same, but a list of statements is one. */
  roundTrips: number
}

/**
 * Counts what goes to the database, by whoever caused it. It changes Kysely's own classes, and so all of this
 * process: services need no hook for it.
 */
export class RoundTripCounter {
  private readonly contexts = new AsyncLocalStorage<Trips>()
  private readonly trips = new Map<string, Trips>()

  constructor() {
    this.countQueries()
    this.countTransactions()
  }

  /** Counts what this does, and whatever follows from it: the work of a service that is started in it. */
  by<T>(name: string, what: () => Promise<T>): Promise<T> {
    const trips = this.trips.get(name) ?? { statements: 0, roundTrips: 0 }
    this.trips.set(name, trips)
    return this.contexts.run(trips, what)
  }

  /** The counts since the last call. */
  take(): Map<string, Trips> {
    const taken = new Map([...this.trips].map(([name, trips]) => [name, { ...trips }]))
    for (const trips of this.trips.values()) Object.assign(trips, { statements: 0, roundTrips: 0 })
    return taken
  }

  private add(statements: number, roundTrips: number): void {
    const trips = this.contexts.getStore()
    if (!trips) return
    trips.statements += statements
    trips.roundTrips += roundTrips
  }

  /* eslint-disable @typescript-eslint/unbound-method -- they are called with the `this` they belong to */
  private countQueries(): void {
    const execute = DefaultQueryExecutor.prototype.executeQuery
    const add = (query: CompiledQuery) => this.add(isList(query) ? query.statements.length : 1, 1)
    DefaultQueryExecutor.prototype.executeQuery = function (query) {
      add(query)
      return execute.call(this, query) as never
    }
  }

  /** Each begins and ends. */
  private countTransactions(): void {
    const execute = TransactionBuilder.prototype.execute
    const add = () => this.add(2, 2)
    TransactionBuilder.prototype.execute = function (work) {
      add()
      return execute.call(this, work as never) as never
    }
  }
  /* eslint-enable @typescript-eslint/unbound-method */
}
