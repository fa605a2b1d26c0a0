import { Injectable } from '@nestjs/common'
import { Clock } from '../../clock/index.js'
import { slotOfTime, type Slot } from '../../contracts/index.js'
import { DatabaseConnection, fit, type Row } from '../../database/index.js'

export type ScheduleRow = Row<'AsyncSchema.Schedule'>

export const scheduleState = { active: 'ACTIVE', paused: 'PAUSED' } as const

/** What an operator says of a job. */
export interface ScheduleChange {
  readonly state?: 'ACTIVE' | 'PAUSED'
  /** Null: as the code has it. */
  readonly when?: string | null
  readonly zone?: string | null
  readonly person: string
  readonly reason: string
}

/** What operators say of when jobs are due: `AsyncSchema.Schedule`. Nobody deletes a row of it. */
@Injectable()
export class Schedules {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  rows(): Promise<ScheduleRow[]> {
    return this.connection.db.selectFrom('AsyncSchema.Schedule').selectAll().orderBy('Job').execute()
  }

  /** A job's row, where it is not there yet: it says nothing but that there is such a job. */
  async ensure(job: string): Promise<void> {
    const { db, dialect } = this.connection
    try {
      const row = { Job: job, State: scheduleState.active, DateCreated: this.clock.now() }
      await db.insertInto('AsyncSchema.Schedule').values(row).execute()
    } catch (error) {
      if (!dialect.isDuplicateKey(error)) throw error
    }
  }

  /** Writes down what an operator says of a job; what is not said stays. The last word counts. */
  async change(job: string, { state, when, zone, person, reason }: ScheduleChange): Promise<void> {
    await this.ensure(job)
    await this.connection.db
      .updateTable('AsyncSchema.Schedule')
      .set({
        Person: fit('AsyncSchema.Schedule', 'Person', person),
        Reason: fit('AsyncSchema.Schedule', 'Reason', reason),
        DateChanged: this.clock.now(),
      })
      .$if(state !== undefined, (query) => query.set({ State: state ?? '' }))
      .$if(when !== undefined, (query) => query.set({ Expression: when ?? null }))
      .$if(zone !== undefined, (query) => query.set({ TimeZone: zone ?? null }))
      .where('Job', '=', job)
      .execute()
  }

  /**
   * Takes a run that is due so long after a start: of several schedulers that started together, one gets it. Nobody
   * gets one of a job that is paused.
   * @param started when whoever asks has started
   */
  async takeStart(job: string, slot: Slot, started: Date): Promise<boolean> {
    const { numUpdatedRows } = await this.connection.db
      .updateTable('AsyncSchema.Schedule')
      .set({ LastStart: slot })
      .where('Job', '=', job)
      .where('State', '=', scheduleState.active)
      .where((row) =>
        row.or([
          row('LastStart', 'is', null),
          row('LastStart', '<', slotOfTime(started)),
          // By a clock that was ahead.
          row('LastStart', '>', slot),
        ]),
      )
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }
}
