import { Injectable } from '@nestjs/common'
import type { Transaction } from 'kysely'
import { Clock, toLondon, type LocalDay, type LocalTime } from '#shared/clock'
import { DatabaseConnection, type Database, type Row } from '#shared/database'

/** What a run has done. A stopped one has done no more than reserve: its sums disagreed. */
export const runState = {
  reserving: 'RESERVING',
  reserved: 'RESERVED',
  filesWritten: 'FILES-WRITTEN',
  settled: 'SETTLED',
  empty: 'EMPTY',
  stopped: 'STOPPED',
} as const
export type RunState = (typeof runState)[keyof typeof runState]

export type PaymentRun = Omit<Row<'AsyncSchema.PaymentRun'>, 'State'> & { readonly State: RunState }

/** The transaction of a step. */
export interface Step {
  readonly db: Transaction<Database>
  readonly now: LocalTime
}

const unfinished: readonly RunState[] = [runState.reserving, runState.reserved, runState.filesWritten]
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
    await this.connection.db
      .updateTable('AsyncSchema.PaymentRun')
      .set({ State: runState.reserved })
      .where('RunId', '=', id)
      .where('State', '=', runState.stopped)
      .execute()
    return id
  }

  /** The runs of earlier days that were begun and not finished. */
  async unfinishedBefore(date: LocalDay): Promise<string[]> {
    const runs = await this.connection.db
      .selectFrom('AsyncSchema.PaymentRun')
      .select('RunId')
      .where('RunDate', '<', date)
      .where('State', 'in', unfinished)
      .orderBy('RunDate')
      .execute()
    return runs.map(({ RunId }) => RunId)
  }

  /** @throws if the run has not begun */
  async get(id: string): Promise<PaymentRun> {
    const run = await this.find(id)
    if (!run) throw new Error(`there is no run ${id}`)
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
      await work({ db, now })
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
