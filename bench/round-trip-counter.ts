import { AsyncLocalStorage } from 'node:async_hooks'
import { DefaultQueryExecutor, TransactionBuilder, type CompiledQuery } from 'kysely'
import { isList, LazyTransaction, type Wire } from '#shared/database'

interface Caused {
  readonly trips: Trips
  /** Within a transaction: what of it is sent when. */
  readonly transaction?: LazyTransaction
}

export interface Trips {
  /** What the embedded database is asked: queries, `begin` and `commit`. */
  statements: number
  /** What SQL Server would be asked: a list is one, and what a transaction sends at once. */
  roundTrips: number
}

/**
 * Counts what goes to the database, by whoever caused it. It changes Kysely's own classes, and so all of this
 * process: services need no hook for it.
 */
export class RoundTripCounter {
  private readonly contexts = new AsyncLocalStorage<Caused>()
  private readonly trips = new Map<string, Trips>()

  constructor() {
    this.countQueries()
    this.countTransactions()
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

  /* oxlint-disable typescript/unbound-method -- they are called with the `this` they belong to */
  private countQueries(): void {
    const execute = DefaultQueryExecutor.prototype.executeQuery
    const count = (query: CompiledQuery) => this.count(query)
    DefaultQueryExecutor.prototype.executeQuery = async function (query) {
      await count(query)
      return execute.call(this, query) as never
    }
  }

  private async count(query: CompiledQuery): Promise<void> {
    const { trips, transaction } = this.contexts.getStore() ?? {}
    if (!trips) return
    trips.statements += isList(query) ? query.statements.length : 1
    if (transaction) await transaction.executeQuery(untold(query))
    else trips.roundTrips += 1
  }

  /** Each begins and ends on the embedded database; SQL Server hears of it when its driver would say so. */
  private countTransactions(): void {
    const execute = TransactionBuilder.prototype.execute
    const { contexts } = this
    TransactionBuilder.prototype.execute = function (work) {
      const { trips } = contexts.getStore() ?? {}
      if (!trips) return execute.call(this, work as never) as never
      trips.statements += 2
      const transaction = new LazyTransaction(countingWire(trips))
      return contexts.run({ trips, transaction }, () =>
        execute.call(this, (async (db: never) => {
          try {
            const result: unknown = await work(db)
            await transaction.commit()
            return result
          } catch (error) {
            await transaction.rollback()
            throw error
          }
        }) as never),
      ) as never
    }
  }
  /* oxlint-enable typescript/unbound-method */
}

/** What a statement tells is for the database to say. */
const untold = (query: CompiledQuery): CompiledQuery =>
  isList(query)
    ? Object.assign({}, query, {
        statements: query.statements.map((each) => ({ ...each, answered: undefined })),
      })
    : query

function countingWire(trips: Trips): Wire {
  const count = () => {
    trips.roundTrips += 1
    return Promise.resolve()
  }
  const counted = async () => {
    await count()
    return { rows: [], answers: [], numAffectedRows: 0n }
  }
  return { begin: count, commit: count, rollback: count, send: counted, sendWhole: counted }
}
