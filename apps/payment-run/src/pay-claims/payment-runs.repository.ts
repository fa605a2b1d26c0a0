import { Injectable } from '@nestjs/common'
import { sql, type Transaction } from 'kysely'
import { Clock, toLondon, type LocalDay, type LocalTime } from '#shared/clock'
import { runState, stopReason, type RunState } from '#shared/contracts'
import { DatabaseConnection, type Database, type Row, type SqlDialect } from '#shared/database'
import { OwnError } from '#shared/logging'

export type PaymentRun = Omit<Row<'AsyncSchema.PaymentRun'>, 'State'> & { readonly State: RunState }

/** The transaction of a step. */
export interface Step {
  readonly db: Transaction<Database>
  readonly dialect: SqlDialect
  readonly now: LocalTime
}

const unfinished: readonly RunState[] = [runState.reserving, runState.reserved, runState.filesWritten]
/** Why the document store stops a run: it is looked at again, and then nothing is lost by another try. */
const byTheStore: readonly string[] = Object.values(stopReason)
const secondMs = 1_000

/** The runs and their states: `AsyncSchema.PaymentRun`. */
@Injectable()
export class PaymentRuns {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins the run of a day, or joins it where it was; one that was stopped has another try. Repeating is safe, from
   * several processes too.
   */
  async begin(date: LocalDay): Promise<string> {
    const id = `payment-run.${date}`
    const started = this.clock.instant().getTime()
    // Another run may have been begun in the same second: its files keep their names.
    for (let second = 0; !(await this.find(id)); second++) {
      const stamp = toLondon(new Date(started + second * secondMs))
        .replace(/\D/g, '')
        .slice(0, 14)
      await this.insert({ RunId: id, RunDate: date, Stamp: stamp, State: runState.reserving })
    }
    await this.tryAgain(id)
    return id
  }

  /**
   * The runs of earlier days that were begun and not finished; those among them that the document store had stopped
   * have another try.
   */
  async unfinishedBefore(date: LocalDay): Promise<string[]> {
    const runs = await this.connection.db
      .selectFrom('AsyncSchema.PaymentRun')
      .select(['RunId', 'State'])
      .where('RunDate', '<', date)
      .where((is) =>
        is.or([
          is('State', 'in', unfinished),
          is.and([is('State', '=', runState.stopped), is('LastReason', 'in', byTheStore)]),
        ]),
      )
      .orderBy('RunDate')
      .execute()
    for (const { RunId, State } of runs) if (State === runState.stopped) await this.tryAgain(RunId)
    return runs.map(({ RunId }) => RunId)
  }

  /** Whether another run is stopped whose stored files are not those it would make: who was paid is not known then. */
  async isAnotherInDoubt({ RunId }: PaymentRun): Promise<boolean> {
    const run = await this.connection.db
      .selectFrom('AsyncSchema.PaymentRun')
      .select('RunId')
      .where('RunId', '<>', RunId)
      .where('State', '=', runState.stopped)
      .where('LastReason', '=', stopReason.fileDiffers)
      .executeTakeFirst()
    return run !== undefined
  }

  /** A stopped run goes on where it was: reserving, or with what it has reserved. */
  private async tryAgain(id: string): Promise<void> {
    await this.connection.db
      .updateTable('AsyncSchema.PaymentRun')
      .set({
        State: sql<string>`case when ${sql.ref('DateReserved')} is null
          then ${runState.reserving} else ${runState.reserved} end`,
        LastReason: null,
      })
      .where('RunId', '=', id)
      .where('State', '=', runState.stopped)
      .execute()
  }

  /** @throws if the run has not begun */
  async get(id: string): Promise<PaymentRun> {
    const run = await this.find(id)
    if (!run) throw new OwnError(`there is no run ${id}`)
    return run as PaymentRun
  }

  /**
   * Moves a run on, with the work that gets it there in the same transaction. No call to the outside belongs inside.
   * @returns false if another process has moved it since it was read; then nothing has happened
   */
  async advance(
    from: PaymentRun,
    to: Partial<PaymentRun>,
    work: (step: Step) => Promise<void> = () => Promise.resolve(),
  ): Promise<boolean> {
    const now = this.clock.now()
    return this.connection.transaction(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('AsyncSchema.PaymentRun')
        .set({ ...to, ...dateOf(to.State, now) })
        .where('RunId', '=', from.RunId)
        .where('State', '=', from.State)
        .where('Stage', '=', from.Stage)
        .where('LastKey', '=', from.LastKey)
        .executeTakeFirst()
      if (!numUpdatedRows) return false
      await work({ db, dialect: this.connection.dialect, now })
      return true
    })
  }

  private find(id: string) {
    return this.connection.db
      .selectFrom('AsyncSchema.PaymentRun')
      .selectAll()
      .where('RunId', '=', id)
      .executeTakeFirst()
  }

  private async insert(run: Pick<PaymentRun, 'RunId' | 'RunDate' | 'Stamp' | 'State'>): Promise<void> {
    const nothingYet = { Stage: 0, LastKey: 0, ClaimsPaid: 0, TopUpsPaid: 0, TotalPence: 0, LeftOut: 0 }
    const { db, dialect } = this.connection
    try {
      await db
        .insertInto('AsyncSchema.PaymentRun')
        .values({ ...run, ...nothingYet, DateStarted: this.clock.now() })
        .execute()
    } catch (error) {
      if (!dialect.isDuplicateKey(error)) throw error
    }
  }
}

/** The column that says when a run came to a state. */
const dates: Partial<Record<RunState, 'DateReserved' | 'DateFilesWritten' | 'DateSettled'>> = {
  [runState.reserved]: 'DateReserved',
  [runState.empty]: 'DateReserved',
  [runState.filesWritten]: 'DateFilesWritten',
  [runState.settled]: 'DateSettled',
}

function dateOf(state: RunState | undefined, now: LocalTime): Partial<PaymentRun> {
  const column = state && dates[state]
  return column ? { [column]: now } : {}
}
