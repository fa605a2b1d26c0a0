import { fromLondon, isTime, type LocalTime } from '../../clock/index.js'
import { london, timetableOf, type DeclaredJob } from './declared-jobs.js'
import type { ScheduleRow } from './schedules.repository.js'
import { NoTimetable, type Timetable } from './timetable.js'

/** A job, and when it is due as things stand: by the code, the settings, and what operators say. */
export interface ScheduledJob {
  readonly job: string
  readonly declared: DeclaredJob
  /** Undefined where what the database says cannot be gone by. */
  readonly timetable: Timetable | undefined
  /** Why it cannot. */
  readonly refused?: string
  readonly paused: boolean
  /** When somebody said so: what was due before is not caught up, and nobody has missed it. */
  readonly since?: Date
  /** When it was first known in this database; undefined where it never ran as part of it. */
  readonly known?: Date
  readonly changed?: ScheduleWord
}

/** Who said it last, and why. */
export interface ScheduleWord {
  readonly person: string
  readonly reason: string
  readonly date: LocalTime
}

/** The jobs of this release, each with what its row says of it; rows of other releases say nothing here. */
export const scheduledJobs = (
  declared: readonly DeclaredJob[],
  rows: readonly ScheduleRow[],
  now: Date,
): ScheduledJob[] =>
  declared.map((job) => {
    const row = rows.find(({ Job }) => Job === job.name)
    return row ? withRow(job, row, now) : byDefault(job)
  })

/** As the code and the settings have it. @throws NoTimetable */
export const byDefault = (declared: DeclaredJob): ScheduledJob => ({
  ...{ job: declared.name, declared, paused: false },
  timetable: timetableOf(declared, declared.when, declared.zone),
})

function withRow(declared: DeclaredJob, row: ScheduleRow, now: Date): ScheduledJob {
  const { Expression, TimeZone, State, Person, Reason, DateChanged, DateCreated } = row
  const [since, known] = [come(DateChanged, now), come(DateCreated, now)]
  const date = DateChanged ?? ''
  return {
    ...{ job: declared.name, declared, paused: State !== 'ACTIVE' },
    ...timetableIn(declared, Expression ?? declared.when, TimeZone ?? declared.zone ?? london),
    ...(since ? { since } : {}),
    ...(known ? { known } : {}),
    ...(isTime(date) ? { changed: { person: Person ?? '', reason: Reason ?? '', date } } : {}),
  }
}

/** A time that is still to come was written by a clock that was wrong: it holds nothing back. */
function come(time: LocalTime | null, now: Date): Date | undefined {
  const instant = isTime(time) ? fromLondon(time) : undefined
  return instant && instant <= now ? instant : undefined
}

function timetableIn(
  declared: DeclaredJob,
  when: string,
  zone: string,
): Pick<ScheduledJob, 'timetable' | 'refused'> {
  try {
    return { timetable: timetableOf(declared, when, zone) }
  } catch (error) {
    if (!(error instanceof NoTimetable)) throw error
    return { timetable: undefined, refused: error.message }
  }
}
