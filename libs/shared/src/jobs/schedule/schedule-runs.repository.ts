import { Injectable } from '@nestjs/common'
import { Clock, type LocalDay, type LocalTime } from '../../clock/index.js'
import type { Slot } from '../../contracts/index.js'
import { DatabaseConnection } from '../../database/index.js'

/** A job and the London day it ran for. */
export interface JobRun {
  readonly job: string
  readonly date: LocalDay
}

/** Which job was fired for which run: `AsyncSchema.ScheduleRun`. */
@Injectable()
export class ScheduleRuns {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** Every run for that date or a later one, of the jobs that are by the day. */
  since(date: LocalDay): Promise<JobRun[]> {
    return this.connection.db
      .selectFrom('AsyncSchema.ScheduleRun')
      .select(['Job as job', 'RunDate as date'])
      .where('RunDate', '>=', date)
      .execute()
  }

  /** When a run of the job was fired, in London time; undefined if it was not. */
  async dateFired(job: string, slot: Slot): Promise<LocalTime | undefined> {
    const row = await this.connection.db
      .selectFrom('AsyncSchema.ScheduleRun')
      .select('DateFired')
      .where('Job', '=', job)
      .where('RunDate', '=', slot)
      .executeTakeFirst()
    return row?.DateFired
  }

  /** The newest run of each of these jobs that are due by times, where they have one. */
  async newestSlots(jobs: readonly string[]): Promise<ReadonlyMap<string, Slot>> {
    const { db, dialect } = this.connection
    const newestOf = (job: string) => {
      const runs = db.selectFrom('AsyncSchema.ScheduleRun').select(['Job', 'RunDate']).where('Job', '=', job)
      return dialect.first(runs.orderBy('RunDate', 'desc'), 1)
    }
    const rows = await dialect.questions(db, jobs.map(newestOf))
    return new Map(rows.flat().map(({ Job, RunDate }) => [Job, RunDate]))
  }

  /** Forgets the runs of a job that were due long before one of its times. Days, which are greater, stay. */
  async forgetBefore(job: string, slot: Slot): Promise<void> {
    await this.connection.db
      .deleteFrom('AsyncSchema.ScheduleRun')
      .where('Job', '=', job)
      .where('RunDate', '<', slot)
      .execute()
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

  /** When each job was fired first, for whatever date. */
  async firstFired(): Promise<ReadonlyMap<string, LocalTime>> {
    const rows = await this.connection.db
      .selectFrom('AsyncSchema.ScheduleRun')
      .select((eb) => ['Job as job', eb.fn.min('DateFired').as('dateFired')])
      .groupBy('Job')
      .execute()
    return new Map(rows.map(({ job, dateFired }) => [job, dateFired]))
  }

  /**
   * Records that a run of the job was fired now.
   * @param due when it was to be fired, in London time
   * @returns false if that run was recorded already, and then nothing changes
   */
  async record(job: string, slot: Slot, due: LocalTime): Promise<boolean> {
    const { db, dialect } = this.connection
    try {
      await db
        .insertInto('AsyncSchema.ScheduleRun')
        .values({ Job: job, RunDate: slot, DateDue: due, DateFired: this.clock.now() })
        .execute()
      return true
    } catch (error) {
      if (dialect.isDuplicateKey(error)) return false
      throw error
    }
  }
}
