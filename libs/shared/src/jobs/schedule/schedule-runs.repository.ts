import { Injectable } from '@nestjs/common'
import { Clock, type LocalDay, type LocalTime } from '../../clock/index.js'
import type { JobName } from '../../contracts/index.js'
import { DatabaseConnection } from '../../database/index.js'

/** A job and the London day it ran for. */
export interface JobRun {
  readonly job: string
  readonly date: LocalDay
}

/** Which job was fired for which date: `AsyncSchema.ScheduleRun`. */
@Injectable()
export class ScheduleRuns {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** Every run for that date or a later one. */
  since(date: LocalDay): Promise<JobRun[]> {
    return this.connection.db
      .selectFrom('AsyncSchema.ScheduleRun')
      .select(['Job as job', 'RunDate as date'])
      .where('RunDate', '>=', date)
      .execute()
  }

  /** When the job was fired for the date, in London time; undefined if it was not. */
  async dateFired(job: JobName, date: LocalDay): Promise<LocalTime | undefined> {
    const row = await this.connection.db
      .selectFrom('AsyncSchema.ScheduleRun')
      .select('DateFired')
      .where('Job', '=', job)
      .where('RunDate', '=', date)
      .executeTakeFirst()
    return row?.DateFired
  }

  /** When each job was last fired, for whatever date; a job that never was is not among them. */
  async lastFired(): Promise<ReadonlyMap<string, LocalTime>> {
    const rows = await this.connection.db
      .selectFrom('AsyncSchema.ScheduleRun')
      .select((eb) => ['Job as job', eb.fn.max('DateFired').as('dateFired')])
      .groupBy('Job')
      .execute()
    return new Map(rows.map(({ job, dateFired }) => [job, dateFired]))
  }

  /**
   * Records that the job was fired now.
   * @param due when it was to be fired, in London time
   * @returns false if it was recorded for that date already, and then nothing changes
   */
  async record(job: JobName, date: LocalDay, due: LocalTime): Promise<boolean> {
    const { db, dialect } = this.connection
    try {
      await db
        .insertInto('AsyncSchema.ScheduleRun')
        .values({ Job: job, RunDate: date, DateDue: due, DateFired: this.clock.now() })
        .execute()
      return true
    } catch (error) {
      if (dialect.isDuplicateKey(error)) return false
      throw error
    }
  }
}
