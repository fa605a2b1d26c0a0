import type { LocalDay, LocalTime } from '../../clock/index.js'
import { slotOfTime, type Slot } from '../../contracts/index.js'
import type { DatabaseConnection } from '../../database/index.js'
import type { ConsumerRun, DayKnown, Firing } from './day-of-jobs.rules.js'

/** Somebody asked for a job to be fired. */
export interface AskedFor {
  readonly target: string
  readonly person: string
  readonly started: LocalTime
  readonly ended: LocalTime | null
}

/** What was written down of the jobs: when each was fired, and how its consumers' runs went. */
export class JobRecords {
  constructor(private readonly connection: DatabaseConnection) {}

  /** Of the jobs that are by the day. */
  firings(date: LocalDay): Promise<Firing[]> {
    return this.connection.db
      .selectFrom('AsyncSchema.ScheduleRun')
      .select(['Job as job', 'DateDue as due', 'DateFired as fired'])
      .where('RunDate', '=', date)
      .execute()
  }

  /** Of a job that is due by times, those from one time to before another, the first ones first. */
  firingsOf(job: string, from: Date, to: Date): Promise<(Firing & { readonly slot: Slot })[]> {
    return this.connection.db
      .selectFrom('AsyncSchema.ScheduleRun')
      .select(['Job as job', 'RunDate as slot', 'DateDue as due', 'DateFired as fired'])
      .where('Job', '=', job)
      .where('RunDate', '>=', slotOfTime(from))
      .where('RunDate', '<', slotOfTime(to))
      .orderBy('RunDate')
      .execute()
  }

  /** The same of the days from one to another, both included. */
  firingsBetween(from: LocalDay, to: LocalDay): Promise<(Firing & { readonly date: LocalDay })[]> {
    return this.connection.db
      .selectFrom('AsyncSchema.ScheduleRun')
      .select(['Job as job', 'RunDate as date', 'DateDue as due', 'DateFired as fired'])
      .where('RunDate', '>=', from)
      .where('RunDate', '<=', to)
      .execute()
  }

  /** Who asked for these to be fired, fired before or not: `daily for 2026-11-20`. */
  askedFor(targets: readonly string[]): Promise<AskedFor[]> {
    if (!targets.length) return Promise.resolve([])
    return this.connection.db
      .selectFrom('AsyncSchema.OperatorAction')
      .select(['Target as target', 'Person as person', 'DateStarted as started', 'DateEnded as ended'])
      .where('Action', '=', 'fire-job')
      .where('State', '=', 'DONE')
      .where('Target', 'in', targets)
      .execute()
  }

  /** When each job was fired first and last, for whichever date. */
  async fired(): Promise<Pick<DayKnown, 'firstFired' | 'lastFired'>> {
    const rows = await this.connection.db
      .selectFrom('AsyncSchema.ScheduleRun')
      .select(({ fn }) => ['Job', fn.min('DateFired').as('first'), fn.max('DateFired').as('last')])
      .groupBy('Job')
      .execute()
    return {
      firstFired: new Map(rows.map(({ Job, first }) => [Job, first])),
      lastFired: new Map(rows.map(({ Job, last }) => [Job, last])),
    }
  }

  /** The runs for the days from one to another, both included. */
  runs(from: LocalDay, to: LocalDay): Promise<ConsumerRun[]> {
    return this.connection.db
      .selectFrom('AsyncSchema.JobRun')
      .select(['Consumer as consumer', 'MessageId as messageId', 'RunDate as date', 'State as state'])
      .select(['LastReason as reason', 'RowsChanged as rows', 'DateStarted as started'])
      .select(['DateLastHeard as lastHeard', 'DateEnded as ended'])
      .where('RunDate', '>=', from)
      .where('RunDate', '<=', to)
      .orderBy('DateStarted')
      .orderBy('Consumer')
      .execute()
  }
}
